"""PostgreSQL, one of its backends, or the saving process is killed with -9 in the middle of saves.

What was acknowledged is there, nothing is half saved, and there is an Edit for each save. Real processes on
an embedded cluster of their own; a few kills in `make test`, many at random moments in `make drill`.
"""

import random
import re
import shutil
import time
from pathlib import Path

import psycopg
import pytest

from config.postgres import owned
from tests.config.processes import children, kill, run, started, wait_until

ROWS = 40

FILL = f"""
import django
django.setup()
from budgets.returns import BY_FUNCTION
from tests.world import change, make_world, many_items, project, save
here = make_world().submission
save(here, *(change(item, outturn="0", initial_budget="1") for item in many_items({ROWS})))
save(here, project("甲", outturn="0"))
"""

SAVER = f"""
import django
django.setup()
from django.db import connection
from budgets.returns import BY_FUNCTION, PROJECTS
from budgets.models import BudgetLine, ProjectLine
from submissions.models import Submission
from tests.world import change, line, many_items, project, row, save
here = Submission.objects.get()
items = many_items({ROWS})


def save_function(at):
    save(here, *(change(item, version=at, outturn=str(at), initial_budget="1") for item in items))
    print("saved function", at, flush=True)


def save_projects(at):
    lines = list(ProjectLine.objects.filter(submission=here).order_by("pk"))
    old = [project(each.name, line=each, outturn=str(at)) for each in lines]
    top = BudgetLine.objects.filter(submission=here, item="project").first()
    total = row(PROJECTS, "total", "", version=top.row_version if top else 0, outturn=str(at))
    save(here, *old, project(f"项目{{at}}", outturn=str(at)), total, schedule=PROJECTS)
    print("saved projects", at, flush=True)


with connection.cursor() as cursor:
    cursor.execute("SELECT pg_backend_pid()")
    print("backend", cursor.fetchone()[0], flush=True)
at = int(line(here, items[0]).outturn)
if ProjectLine.objects.filter(submission=here).count() == at:  # the kill came between the two saves
    save_projects(at)
while True:
    at += 1
    save_function(at)
    save_projects(at)
"""
"""Saves all rows by function with one figure, then the projects with a new one and their total; says so."""

KILLED = ("server", "postmaster", "backend", "saver")


@pytest.fixture(scope="module")
def folder(migrated, tmp_path_factory):
    """A cluster with a return in it."""
    folder = Path(shutil.copytree(migrated, tmp_path_factory.mktemp("killed") / "data"))
    with owned(folder) as cluster:
        settings = {"DATABASE_URL": cluster.url, "DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
        done = run("-c", FILL, **settings)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


def save_until_killed(folder, log, who, patience):
    """Save in another process, kill somebody after a while, and return what was acknowledged."""
    with owned(folder) as cluster:
        server = cluster.process.pid
        settings = {"DATABASE_URL": cluster.url, "DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
        with started("-c", SAVER, log=log, **settings) as saver:
            wait_until(lambda: "saved" in log.read_text() or saver.poll(), what=log.read_text())
            time.sleep(patience)
            assert saver.poll() is None, log.read_text()
            backend = int(re.findall(r"backend (\d+)", log.read_text())[0])
            victims = {
                "server": [server, *children(server)],
                "postmaster": [server],
                "backend": [backend],
                "saver": [saver.pid],
            }[who]
            for pid in victims:
                kill(pid)
            saver.wait(30)
            assert saver.returncode
        if who == "backend":
            wait_until(lambda: answers(cluster.url), what="the recovery")
    return {name: int(at) for name, at in re.findall(r"saved (\w+) (\d+)\n", log.read_text())}


def answers(url):
    """Whether the server takes connections."""
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def look(folder):
    """What is stored after the restart: rows by function, projects, their total, the saves and the edits."""
    with owned(folder) as cluster, psycopg.connect(cluster.url) as connection:
        asked = (
            "SELECT outturn::int, row_version FROM budgets_budgetline"
            " WHERE schedule = 'expenditure_by_function'",
            "SELECT outturn::int, name FROM budgets_projectline ORDER BY id",
            "SELECT outturn::int FROM budgets_budgetline WHERE item = 'project'",
            "SELECT row_version FROM submissions_submission",
            "SELECT schedule, changes FROM submissions_edit ORDER BY id",
        )
        return [connection.execute(each).fetchall() for each in asked]


def check(folder, acknowledged):
    """Everything acknowledged is there, all of each save or nothing, and an edit for each save."""
    by_function, projects, total, [[saves]], edits = look(folder)
    [(at, version)] = set(by_function)  # all rows of one save
    assert len(by_function) == ROWS and version == at + 1
    assert acknowledged.get("function", at) <= at <= acknowledged.get("function", at) + 1

    [last] = {outturn for outturn, _ in projects}  # with their total
    assert total == ([(last,)] if last else [])
    assert [name for _, name in projects] == ["甲", *(f"项目{number}" for number in range(1, last + 1))]
    assert last in (at, at - 1)
    assert acknowledged.get("projects", 0) <= last <= acknowledged.get("projects", last) + 1

    assert saves == len(edits) == 2 + at + last
    figures = [changes for schedule, changes in edits if schedule == "expenditure_by_function"]
    assert len(figures) == at + 1
    for number, changes in enumerate(figures[1:], 1):
        assert len(changes) == ROWS
        assert {tuple(change["cells"]["outturn"]) for change in changes} == {
            (f"{number - 1}.00", f"{number}.00")
        }
    added = [changes for schedule, changes in edits if schedule == "projects"][1:]
    for number, changes in enumerate(added, 1):
        assert len(changes) == number + 2  # those there were, the new one, the total
        assert {change["cells"]["outturn"][1] for change in changes} == {f"{number}.00"}
    return at


@pytest.mark.parametrize("who", KILLED)
def test_what_was_acknowledged_is_there_after_a_kill(folder, tmp_path, who):
    acknowledged = save_until_killed(folder, tmp_path / "log", who, patience=0.15)
    assert check(folder, acknowledged) > 0


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(12))
def test_what_was_acknowledged_is_there_after_many_kills_at_random_moments(folder, tmp_path, seed):
    moments, reached = random.Random(seed), []
    for number in range(5):
        who = moments.choice(KILLED)
        acknowledged = save_until_killed(folder, tmp_path / f"log{number}", who, moments.uniform(0, 0.4))
        reached.append(check(folder, acknowledged))
    assert reached == sorted(reached) and reached[-1] > 0  # a kill may come before anything more was saved
