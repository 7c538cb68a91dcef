"""A worker is killed with -9 in the middle of an approval or of an import, before each of its writes in turn.

Nothing of the deed is there then, and its return can be worked with at once; in the end it is done, whole.
"""

import shutil
from pathlib import Path

import pytest

from config.postgres import owned
from tests.config.processes import started

SETTINGS = {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings", "STATIC_MANIFEST": "0"}

SCRIPT = '''
import os, re, signal
from io import BytesIO
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["*"]
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from openpyxl import load_workbook
from budgets.models import BudgetLine, ProjectLine, ReturnUpload
from orgs.models import User
from submissions import actions
from submissions.models import Edit, Snapshot, Submission, Transition
from tests.world import NOTHING_LEFT, NOW, category, change, make_world, project, save, signed_in

world = make_world()
here = world.submission
path = f"/submissions/{here.pk}"


def prepared_import():
    """Thirty projects, and a workbook of theirs with other figures and a reason, looked at."""
    save(here, *(project(f"项目{number}", outturn="1") for number in range(30)))
    lin = signed_in(world.lin)
    content = b"".join(lin.get(f"{path}/workbook/"))
    book = load_workbook(BytesIO(content))
    for row in range(5, 35):
        book["项目支出"].cell(row, 10).value = 7
    file = BytesIO()
    book.save(file)
    preview = lin.post(
        f"{path}/workbook/upload/", {"file": SimpleUploadedFile("填报表.xlsx", file.getvalue())}
    )["Location"]
    [seen] = re.findall('name="seen" value="([0-9a-f]+)"', lin.get(preview).content.decode())
    return lambda: lin.post(f"{preview}apply/", {"seen": seen})


def prepared_approval():
    """A return on the last desk."""
    save(here, change(category("2240101"), initial_budget="1000", outturn="1000"))
    step = actions.submit(submission=here, **NOTHING_LEFT, by=world.lin, at=NOW)
    wu = signed_in(world.wu)
    return lambda: wu.post(f"{path}/approve/", {"seen": step.pk, "comment": ""})


def left_by_import():
    """The figures, the edits, and whether the workbook counts as imported."""
    figures = set(ProjectLine.objects.values_list("outturn", flat=True))
    applied = ReturnUpload.objects.exclude(applied_at=None).count()
    return (sorted(map(int, figures)), Edit.objects.count(), applied, Submission.objects.get().row_version)


def left_by_approval():
    """Where the return is, what is kept of it, and the steps it took."""
    kept = [Snapshot.digest(each.content) == each.sha256 for each in Snapshot.objects.all()]
    return (Submission.objects.get().status, kept, Transition.objects.filter(action="approve").count())


DEEDS = {
    "import": (prepared_import, left_by_import, ([1], 1, 0, 1), ([70000], 2, 1, 2)),
    "approval": (prepared_approval, left_by_approval, ("in_review", [], 0), ("approved", [True], 1)),
}
writes = 0


def killed_before(moment, name, deed):
    """Do the deed in a worker that is killed before it writes or commits for the so-manieth time."""

    def count(what):
        global writes
        writes += 1
        if writes == moment:
            print(name, "killed before", what[:60], flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(execute, sql, *rest):
        if sql.strip().startswith(("INSERT", "UPDATE", "DELETE", "WITH")):
            count(" ".join(sql.split()))
        return execute(sql, *rest)

    commit = connection.commit
    connection.commit = lambda: (count("COMMIT"), commit())
    with connection.execute_wrapper(before_statement):
        deed()


for name, (prepared, left, before, after) in DEEDS.items():
    deed = prepared()
    assert left() == before, left()
    for moment in range(1, 100):
        connection.close()
        worker = os.fork()
        if not worker:
            killed_before(moment, name, deed)
            os._exit(0)
        _, status = os.waitpid(worker, 0)
        found = left()
        assert found in (before, after), (name, moment, found)
        if found == after:
            break
        assert os.WIFSIGNALED(status), "it was refused"
    assert left() == after
'''


@pytest.fixture
def settings(migrated, tmp_path):
    """An empty database of our own."""
    folder = Path(shutil.copytree(migrated, tmp_path / "data"))
    with owned(folder) as cluster:
        yield SETTINGS | {"DATABASE_URL": cluster.url, "DATA_DIR": str(tmp_path)}


WRITES = {
    "import": ("UPDATE", 'INSERT INTO "submissions_edit"', 'UPDATE "budgets_returnupload"', "COMMIT"),
    "approval": (
        'INSERT INTO "submissions_snapshot"',
        'INSERT INTO "submissions_transition"',
        "COMMIT",
    ),
}
"""What it must at least have been killed before."""


def test_a_worker_killed_before_any_of_its_writes_leaves_nothing_half_done(settings, tmp_path):
    with started("-c", SCRIPT, log=tmp_path / "log", **settings) as process:
        process.wait(300)
    said = (tmp_path / "log").read_text()
    assert process.returncode == 0, said
    for deed, writes in WRITES.items():
        for each in writes:
            assert f"{deed} killed before {each}" in said, said
