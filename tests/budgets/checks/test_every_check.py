"""Every check there is, and that its four tests are there: it holds, it fails, decoys do not matter, missing.

A test is about the codes that its source or its parameters name, or else about the one its class names. What it
shows is read from its source: the state it asks for, the difference (of words: the sentence), the decoys that
it saves or has in its name.
"""

import importlib
import inspect
import re
from collections import defaultdict
from pathlib import Path

import pytest

from budgets.checks import sentences, texts
from budgets.checks.catalogue import CHECKS

SPECIFIED = [
    *(f"C-{number:03}" for number in range(1, 39)),
    *(f"C-{number:03}" for number in range(40, 48)),
    *(f"C-{number:03}" for number in range(50, 65)),
    *(f"C-{number:03}" for number in range(70, 83)),
    *(f"C-{number:03}" for number in range(90, 96)),
    *(f"C-{number:03}" for number in range(100, 110)),
    *(f"C-{number:03}" for number in range(110, 114)),
]
"""The groups of checks.md §1."""

NEVER_COMPUTED = {"C-038", "C-057", "C-091", "C-094", "C-112"}
"""The return lacks the figure, whatever is filled in (README): that is all there is to show."""
NEVER_STATED = {"C-110"}
"""A region is added up: the check is about no return."""
NOTHING_TO_MISS = {"C-111"}
"""The numbers of the returns of a unit are always known."""
OF_TEXTS = {check.code for check in (*sentences.CHECKS, *texts.CHECKS)} | {"C-113"}
"""Where no text is written, or nothing was made public, they are not about the return."""
OF_EFFECT = {"C-073", "C-075", "C-077", "C-080", "C-082"}
"""What fails there are words of goal and indicators."""
OF_WORDS = OF_EFFECT | {
    "C-022",
    "C-024",
    "C-032",
    "C-037",
    "C-046",
    "C-100",
    "C-101",
    "C-104",
    "C-105",
    "C-107",
    "C-109",
}
"""What fails there are words or codes, which are no difference apart."""

SHOWS = {
    "holds": re.compile(r"State\.PASS|not findings\("),
    "fails": re.compile(r"State\.(?:ERROR|WARNING)|Verdict\.FAILS|needs_explanation|sentence =="),
    "difference": re.compile(r"\.(?:difference|expected|actual)\b|difference"),
    "words": re.compile(r"sentence|quotation"),
    "decoys": re.compile(r"\bdecoys\b|def test_\w*(?:other|another|matter|not_read)"),
    "missing": re.compile(r"CANNOT_BE_COMPUTED|不能检查"),
    "not about it": re.compile(r"NOT_APPLICABLE"),
}
CODE = re.compile(r"C-\d{3}")


def _tests_of(module):
    """Every test function of a module with the source it is read from, and the codes it is about."""
    for name, item in vars(module).items():
        if inspect.isclass(item) and name.startswith("Test") and item.__module__ == module.__name__:
            about = codes_of(item, inspect.getsource(item))
            for test in (each for key, each in vars(item).items() if key.startswith("test")):
                own = codes_of(test, inspect.getsource(test), module)
                yield inspect.getsource(test), own or (about if len(about) == 1 or marks(item) else set())
        elif inspect.isfunction(item) and name.startswith("test") and item.__module__ == module.__name__:
            yield inspect.getsource(item), codes_of(item, inspect.getsource(item), module)


def marks(item):
    """The codes among the parameters of a test or a class of tests."""
    parameters = [each.args[1] for each in getattr(item, "pytestmark", []) if each.name == "parametrize"]
    return {code for every in parameters for code in CODE.findall(str(every))}


def codes_of(item, source, module=None):
    """The codes a test is about: in its source, in its parameters, in the lists of its module that it names."""
    listed = (
        {
            code
            for name, value in vars(module).items()
            if module and name.endswith("CODES") and re.search(rf"\b{name}\b", source)
            for code in value
        }
        if module
        else set()
    )
    return {*CODE.findall(source), *marks(item), *listed}


@pytest.fixture(scope="module")
def shown():
    """What the tests of this folder show, by code: how many tests hold, fail, …"""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path.stem not in ("test_every_check", "test_results", "test_printed"):
            for source, codes in _tests_of(importlib.import_module(f"{__package__}.{path.stem}")):
                for code in codes:
                    found[code] |= {name for name, pattern in SHOWS.items() if pattern.search(source)}
    return found


def needed(code):
    """What the tests of a check have to show."""
    if code in NEVER_COMPUTED:
        return {"missing"}
    if code in NEVER_STATED:
        return {"not about it"}
    three = {"holds", "fails", "decoys", "words" if code in OF_WORDS else "difference"}
    if code in NOTHING_TO_MISS:
        return three
    return three | {"not about it" if code in OF_TEXTS else "missing"}


def test_every_check_that_is_specified_is_there_once():
    assert sorted(check.code for check in CHECKS) == SPECIFIED


@pytest.mark.parametrize("code", SPECIFIED)
def test_it_holds_fails_has_decoys_and_misses_a_figure(shown, code):
    assert needed(code) - shown[code] == set()


def test_what_can_never_be_computed_is_told():
    """In the README, by its code."""
    told = Path("README.md").read_text(encoding="utf-8").partition("## Checks that cannot be computed yet")[2]
    assert {*CODE.findall(told)} >= NEVER_COMPUTED | NEVER_STATED
