"""What the packages of returns cost: one, 200 in a row, and openpyxl alone writing the same cells."""

from collections.abc import Callable, Iterator
from io import BytesIO
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryFile
from time import perf_counter
from warnings import catch_warnings, simplefilter

from openpyxl import Workbook

from budgets.excel_forms import forms_workbook, value_of
from budgets.official_forms import OfficialForm, placed
from performance.official.given import given_of_many
from performance.official.making import forms_of
from performance.packages import write_packages
from submissions.models import Submission

MANY = 200
KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE


def package_cases() -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield name, figures and aim of each case, on the return of the real report."""
    submission = Submission.objects.for_workspace().get(unit__code="224001")
    forms = [
        sheet for sheets in forms_of(given_of_many([submission])[submission.pk]).values() for sheet in sheets
    ]
    ours, bare = _milliseconds(lambda: forms_workbook(forms)), _milliseconds(lambda: _bare(forms))
    figures = {"ours ms": f"{ours:.1f}", "bare ms": f"{bare:.1f}", "ratio": f"{ours / bare:.2f}"}
    yield "the forms of a return, beside bare openpyxl", figures, "≤ 3"
    small = _written([submission] * 10)
    large = _written([submission] * MANY)
    one = {"ms": f"{large[0] / MANY:.0f}", "MB": f"{large[1] / MANY / MEGABYTE:.2f}"}
    yield "the package of one unit, Word with it", one, ""
    peaks = {f"peak MB, {count}": f"{each[2] / MEGABYTE:.0f}" for count, each in ((10, small), (MANY, large))}
    yield f"{MANY} packages in a row", peaks, "the same"


def _milliseconds(work: Callable[[], object]) -> float:
    """The median of a few runs, after one that warms."""
    times = []
    for _ in range(8):
        started = perf_counter()
        work()
        times.append(perf_counter() - started)
    return sorted(times[1:])[3] * 1000


def _bare(forms: list[OfficialForm]) -> bytes:
    """The same values in the same cells, without a look."""
    book = Workbook()
    for form in forms:
        sheet = book.create_sheet(form.sheet_name)
        for number, cell in placed(form):
            sheet.cell(number, cell.column, value_of(cell))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _written(submissions: list[Submission]) -> tuple[float, int, int]:
    """Milliseconds, bytes, and the most memory this process has held so far."""
    started = perf_counter()
    with TemporaryFile() as archive, catch_warnings():
        simplefilter("ignore")  # that all of them are called the same
        write_packages(submissions, archive)
        size = archive.tell()
    spent = (perf_counter() - started) * 1000
    return spent, size, getrusage(RUSAGE_SELF).ru_maxrss * KILOBYTE
