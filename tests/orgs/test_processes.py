"""Work done in several processes: in order, each on a connection of its own, ended with its parent."""

import os
import signal
import time
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connection, transaction

from orgs.processes import done_in_processes
from tests.config.processes import children, kill, started, wait_until
from tests.world import make_region


def session(part):
    """The process and the session of the database that a part was done in."""
    time.sleep(0.05)  # so that one process cannot do all of them
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return part, os.getpid(), cursor.fetchone()[0]


def regions(part):
    return make_region(part, part).pk


def broken_at_two(part):
    if part == 2:
        raise ValueError("第 2 份不能检查")
    return part


@pytest.mark.django_db(transaction=True)
def test_parts_are_done_in_order_each_process_with_a_session_of_its_own():
    _, here, mine = session(0)
    done = list(done_in_processes(session, range(8), processes=2))
    assert [part for part, *_ in done] == list(range(8))
    assert len({process for _, process, _ in done}) == len({session for *_, session in done}) == 2
    assert here not in {process for _, process, _ in done} and mine not in {each for *_, each in done}
    assert session(0)[2] == mine  # the parent's session is still there


@pytest.mark.django_db(transaction=True)
def test_what_a_part_writes_is_kept():
    assert list(done_in_processes(regions, ["430001", "430002"], processes=2))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orgs_region WHERE code IN ('430001', '430002')")
        assert cursor.fetchone() == (2,)


@pytest.mark.django_db(transaction=True)
def test_what_a_part_raises_is_raised_here():
    done = done_in_processes(broken_at_two, [1, 2, 3], processes=2)
    assert next(done) == 1
    with pytest.raises(ValueError, match="第 2 份"):
        next(done)


def killed(part):
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
def test_a_process_that_the_system_ends_is_told_in_a_sentence():
    with pytest.raises(CommandError, match="被系统中止"):
        list(done_in_processes(killed, [1, 2], processes=2))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("parts", "processes"), [([1], 2), ([1, 2], 1), ([], 2)])
def test_one_part_or_processor_needs_no_process(parts, processes):
    done = list(done_in_processes(session, parts, processes))
    assert {process for _, process, _ in done} <= {os.getpid()} and len(done) == len(parts)


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_it_is_done_where_its_rows_are_seen():
    with transaction.atomic():
        assert {process for _, process, _ in done_in_processes(session, [1, 2], 2)} == {os.getpid()}


@pytest.mark.django_db(transaction=True)
def test_a_pool_is_not_carried_through_a_fork(monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", {"min_size": 1})
    connection.ensure_connection()  # before: it is open, so that the pool is not asked for
    assert {process for _, process, _ in done_in_processes(os_only, [1, 2], 2)} == {os.getpid()}


def os_only(part):
    return part, os.getpid(), 0


_SLOW = """
import os, sys, time
import django
django.setup()
from orgs.processes import done_in_processes

def work(part):
    time.sleep(1)

print("begun", flush=True)
list(done_in_processes(work, range(200), 2))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_they_end_with_their_parent(number, tmp_path):
    settings = {"DEMO": "1", "DATA_DIR": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "config.settings"}
    with started("-c", _SLOW, log=tmp_path / "log", **settings) as process:
        wait_until(lambda: len(children(process.pid)) == 2, what=(tmp_path / "log").read_text())
        forked = children(process.pid)
        if number == signal.SIGKILL:
            kill(process.pid)
        else:
            process.send_signal(number)
        wait_until(lambda: not any(Path(f"/proc/{each}").exists() for each in forked), 60, what="both to end")
