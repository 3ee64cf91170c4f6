"""A cluster that does not get on is replaced, whatever has stopped it; one that works is not."""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.installation import Installation, wait_until

pytestmark = pytest.mark.processes

Worker = subprocess.Popen[bytes]

#: Keeps both workers of a cluster busy, so that nothing else gets through.
LONG_WORK = """
from uuid import UUID
from django_q.tasks import async_task
from mailing.broker import own_queue
from mailing.models import Heartbeat
queue = own_queue(Heartbeat.objects.get(pid={pid}).cluster.hex)
for _ in range(2):
    async_task("time.sleep", 70, broker=queue)
"""


def children(pid: int) -> list[int]:
    """Return the processes that a process has started, in the order in which it did."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def first_process(worker: Worker) -> int:
    return children(worker.pid)[0]


def sentinel(worker: Worker) -> int:
    return children(first_process(worker))[0]


def members(worker: Worker) -> list[int]:
    """Return what a sentinel starts: two workers, the monitor and the pusher."""
    found: list[int] = wait_until(
        lambda: (pids := children(sentinel(worker))) and len(pids) == 4 and pids, 10, "members"
    )
    return found


def kill_idle_workers(worker: Worker) -> None:
    """Kill the one that holds the lock of the tasks, too; those that follow it wait forever."""
    for pid in members(worker)[:2]:
        os.kill(pid, signal.SIGKILL)


def stop_workers(worker: Worker) -> None:
    for pid in members(worker)[:2]:
        os.kill(pid, signal.SIGSTOP)


def stop_monitor(worker: Worker) -> None:
    os.kill(members(worker)[2], signal.SIGSTOP)


def stop_pusher(worker: Worker) -> None:
    os.kill(members(worker)[3], signal.SIGSTOP)


def stop_sentinel(worker: Worker) -> None:
    os.kill(sentinel(worker), signal.SIGSTOP)


FAULTS: list[Callable[[Worker], None]] = [
    kill_idle_workers,
    stop_workers,
    stop_monitor,
    stop_pusher,
    stop_sentinel,
]


def last_beat(installation: Installation, worker: Worker) -> object:
    """Return when the last task went through the cluster; None before the first one."""
    rows = installation.query(
        f"SELECT beaten_at FROM mailing_heartbeat WHERE pid = {worker.pid}"  # noqa: S608
    )
    return rows[0][0] if rows else None


def wait_for_a_beat(installation: Installation, worker: Worker, within: float = 30) -> None:
    before = last_beat(installation, worker)
    wait_until(lambda: last_beat(installation, worker) != before, within, "a heartbeat")


def log_of(installation: Installation) -> str:
    """Return what the worker has written that was started last."""
    return (installation.directory / f"worker-{len(installation.workers) - 1}.log").read_text()


def has_another(worker: Worker, former: int) -> bool:
    return bool(set(children(worker.pid)) - {former})


def test_stopped_clusters_are_replaced_within_a_minute_and_a_busy_one_is_not(
    installation: Installation,
) -> None:
    workers = [installation.start_worker() for _ in FAULTS]
    busy = installation.start_worker()
    for worker in [*workers, busy]:
        wait_for_a_beat(installation, worker, 60)
    busy_with = first_process(busy)
    former = [first_process(worker) for worker in workers]
    installation.python(LONG_WORK.format(pid=busy.pid))
    time.sleep(2)
    stopped_at = time.monotonic()
    for fault, worker in zip(FAULTS, workers, strict=True):
        fault(worker)

    for fault, worker, pid in zip(FAULTS, workers, former, strict=True):
        left = stopped_at + 60 - time.monotonic()
        wait_until(lambda: has_another(worker, pid), left, f"another after {fault.__name__}")  # noqa: B023
        wait_for_a_beat(installation, worker)
        assert not Path(f"/proc/{pid}").exists()
    assert time.monotonic() - stopped_at > 40
    assert children(busy.pid) == [busy_with]
    for worker in [*workers, busy]:
        worker.kill()


@pytest.fixture
def queue_away(installation: Installation) -> Iterator[Callable[[bool], None]]:
    """Return a function that takes the database's queue away or brings it back."""
    names = ["django_q_ormq", "not_there"]

    def take(is_away: bool) -> None:
        former, new = names if is_away else reversed(names)
        installation.execute(f"ALTER TABLE {former} RENAME TO {new}")

    yield take
    installation.stop_workers()
    with suppress(sqlite3.Error, psycopg.Error):
        take(False)


def test_a_worker_waits_for_a_queue_that_does_not_answer(
    installation: Installation, queue_away: Callable[[bool], None]
) -> None:
    queue_away(True)
    worker = installation.start_worker(PYTHONUNBUFFERED="1", REDIS_URL="")
    wait_until(lambda: "waits for" in log_of(installation), 30, "word of the queue")
    time.sleep(3)
    assert children(worker.pid) == []
    queue_away(False)
    wait_for_a_beat(installation, worker, 60)

    cluster = first_process(worker)
    queue_away(True)
    wait_until(lambda: log_of(installation).count("waits for") == 2, 30, "word of the queue")
    time.sleep(3)
    queue_away(False)
    wait_for_a_beat(installation, worker, 30)
    assert first_process(worker) == cluster
    assert log_of(installation).count("waits for") == 2
    assert log_of(installation).count("answers again") == 2
