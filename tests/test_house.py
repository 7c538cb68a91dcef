"""The rules of the house that no tool keeps, by reading the syntax tree of every module.

One who breaks a rule is told the file, the line and what was found there.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pgtrigger
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

HOUSE = Path(settings.BASE_DIR)
APPS = ("orgs", "submissions", "budgets", "performance")
MODULES = {
    path.relative_to(HOUSE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for app in (*APPS, "config")
    for path in sorted((HOUSE / app).rglob("*.py"))
}
OF_APPS = {name: tree for name, tree in MODULES.items() if name.split("/")[0] in APPS}
PRODUCT = {name: tree for name, tree in OF_APPS.items() if "/migrations/" not in name}

ORM_WRITES = {
    *("save", "create", "update", "delete"),
    *("bulk_create", "bulk_update", "get_or_create", "update_or_create", "create_user", "set_password"),
    *("asave", "acreate", "aupdate", "adelete", "abulk_create", "abulk_update"),
    *("execute", "executemany", "callproc", "copy_expert"),
}
OF_RELATED_MANAGERS = {"add", "set", "remove", "clear"}
"""Writes when called on an attribute (`user.memberships.add`); on a plain name it is a set or a list."""


INTO_MEMORY = {
    ("orgs/marked_sheets.py", "book.save"),
    ("orgs/people_workbook.py", "book.save"),
    ("orgs/spreadsheets.py", "book.save"),
    ("budgets/excel.py", "book.save"),
    ("budgets/excel_forms.py", "book.save"),
    ("budgets/return_workbook.py", "book.save"),
    ("performance/word/template.py", "document.save"),
    ("performance/word/filling.py", "template.docx.save"),
    ("budgets/excel_forms.py", "sheet.merged_cells.add"),
    ("orgs/spreadsheets.py", "sheet.merged_cells.add"),
}
"""What has the name of a write and is none: a workbook or document that is made to be sent."""


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted text of every method call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, ast.unparse(node.func)


def may_write(name: str) -> bool:
    """Whether a module is one of those that write: actions.py, or *actions.py where one would get long."""
    return name.endswith("actions.py") or "/management/commands/" in name or "/migrations/" in name


def own_save(tree: ast.AST) -> set[int]:
    """The lines of a model's own save and delete, and of a manager's create_ methods."""
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete", "create_user"}
        for line in range(node.lineno, (node.end_lineno or 0) + 1)
    }


def writes(name: str, tree: ast.AST) -> list[str]:
    """What a module writes where it may not."""
    if may_write(name):
        return []
    is_of_models = "/models" in name or name.endswith(("querysets.py", "append_only.py"))
    allowed = own_save(tree) if is_of_models else set()
    found = [(line, text) for line, text in calls(tree) if is_write(text) and line not in allowed]
    return [f"{name}:{line} {text}" for line, text in found if (name, text) not in INTO_MEMORY | READS]


READS = {
    (f"{name}.py", "cursor.execute")
    for name in (
        "budgets/region/crossed",
        "budgets/region/sums",
        "budgets/checks/stored",
        "performance/bureau_tables/points",
    )
}
"""The SELECTs written as SQL, and those that Django wrote before: of many returns."""


def is_write(text: str) -> bool:
    """Whether a dotted call looks like one that writes to the database."""
    receiver, _, method = text.rpartition(".")
    return method in ORM_WRITES or (method in OF_RELATED_MANAGERS and "." in receiver)


@pytest.mark.parametrize("name", [name for name in PRODUCT if not may_write(name)])
def test_only_actions_and_commands_write(name):
    assert writes(name, PRODUCT[name]) == []


@pytest.mark.parametrize(
    "code",
    [
        "line.save()",
        "Line.objects.create(a=1)",
        "Line.objects.filter(pk=1).update(a=1)",
        "queryset.delete()",
        "cursor.execute('UPDATE …')",
        "user.memberships.add(m)",
        "with connection.cursor() as c:\n    c.execute('DELETE …')",
    ],
)
def test_a_write_in_a_view_would_be_found(code):
    assert len(writes("budgets/views/lines.py", ast.parse(code))) == 1


def test_a_write_in_a_models_own_save_is_allowed_and_elsewhere_in_it_not():
    model = "class A:\n    def save(self):\n        super().save()\n    def f(self):\n        self.b.save()\n"
    assert writes("orgs/models.py", ast.parse(model)) == ["orgs/models.py:5 self.b.save"]


INCHES = "PageMargins"
"""The one thing that is measured in fractions and is no money: the margins of a printed sheet."""


def floats(tree: ast.AST) -> list[int]:
    """The lines on which something is or becomes a float, the margins of sheets apart."""
    margins = {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == INCHES
        for part in ast.walk(node)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float) and node not in margins)
    ]


DRAWN = ("performance/region/", "performance/region_actions.py")
"""Where figures are made up: how likely something is, is a fraction; the amounts drawn are whole fen."""


@pytest.mark.parametrize("name", [name for name in PRODUCT if not name.startswith(DRAWN)])
def test_money_never_becomes_a_float(name):
    assert floats(PRODUCT[name]) == []


def test_a_float_would_be_found_and_a_margin_is_none():
    assert floats(ast.parse("a = 0.5\nPageMargins(left=0.4)\nb = float(PageMargins(1))")) == [1, 3]


RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}


@pytest.mark.parametrize("name", PRODUCT)
def test_relations_are_written_with_the_class_and_protect_what_they_point_to(name):
    for node in ast.walk(PRODUCT[name]):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in RELATIONS:
            to, on_delete = node.args[:2]
            assert not isinstance(to, ast.Constant) or to.value == "self", f"{name}:{node.lineno}"
            assert ast.unparse(on_delete) == "models.PROTECT", f"{name}:{node.lineno}"


@pytest.mark.parametrize("name", PRODUCT)
def test_nothing_is_imported_within_a_function(name):
    functions = [node for node in ast.walk(PRODUCT[name]) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    inner = [each for function in functions for each in ast.walk(function)]
    assert [each.lineno for each in inner if isinstance(each, ast.Import | ast.ImportFrom)] == []


SAID_BY_DJANGO = ("AppConfig", "BaseCommand")


def without_docstring(tree: ast.AST, inside: str = "") -> Iterator[str]:
    """Public functions, classes and methods without a docstring; classes within classes are their class's."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        bases = [ast.unparse(base) for base in getattr(node, "bases", [])]
        is_inner = isinstance(node, ast.ClassDef) and inside
        if not ast.get_docstring(node) and not is_inner and not set(bases) & set(SAID_BY_DJANGO):
            yield f"{node.lineno} {inside}{node.name}"
        if isinstance(node, ast.ClassDef) and not is_inner:
            yield from without_docstring(node, f"{node.name}.")


@pytest.mark.parametrize("name", PRODUCT)
def test_everything_public_says_what_it_is(name):
    assert list(without_docstring(PRODUCT[name])) == []


@pytest.mark.parametrize("name", [n for n in PRODUCT if not n.endswith(("apps.py", "__init__.py"))])
def test_a_module_says_what_it_is_for(name):
    assert ast.get_docstring(PRODUCT[name])


FORBIDDEN = {"common", "core", "utils", "helpers", "misc", "signals"}


def test_there_is_no_module_for_anything_and_everything():
    assert [name for name in MODULES if FORBIDDEN & set(Path(name).with_suffix("").parts)] == []


@pytest.mark.parametrize("name", OF_APPS)
def test_nothing_points_upwards_even_by_string(name):
    above = (*APPS[APPS.index(name.split("/")[0]) + 1 :], "config")
    assert [path for path in dotted_paths(OF_APPS[name]) if path.split(".")[0] in above] == []


def dotted_paths(tree: ast.AST) -> Iterator[str]:
    """The modules a module imports, and its texts that look like the path of one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Constant) and re.fullmatch(r"\w+(\.\w+)+", str(node.value)):
            yield str(node.value)


def test_amounts_are_named_with_their_base(db):
    names = {
        f"{model.__name__}.{field.name}"
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.fields
        if field.name in {"amount", "value", "total", "actual"}
    }
    assert names == set()


def test_models_have_no_hidden_order(db):
    assert [m for app in APPS for m in apps.get_app_config(app).get_models() if m._meta.ordering] == []


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_trigger_is_in_the_database_and_switched_on(db):
    found = [trigger.get_installation_status(model) for model, trigger in pgtrigger.registered()]
    assert set(found) == {("INSTALLED", True)} and len(found) >= 6
