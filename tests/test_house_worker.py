"""However a worker ends, nothing of it stays behind."""

import signal
import subprocess
from pathlib import Path

import pytest

from tests.installation import Installation, wait_until
from tests.local_site import processes_of

pytestmark = pytest.mark.processes


def workers(installation: Installation) -> list[str]:
    """Return the processes of this installation's workers."""
    found = processes_of(Path(installation.environment["VAR_DIR"]))
    return [command for command in found if " worker" in command]


def start(installation: Installation) -> subprocess.Popen[bytes]:
    """Start a worker; return when its cluster is there: two workers and four others."""
    worker = installation.start_worker()
    wait_until(lambda: len(workers(installation)) >= 7, 60, "the cluster")
    return worker


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_asked_to_end_ends_well(
    installation: Installation, number: signal.Signals
) -> None:
    worker = start(installation)
    worker.send_signal(number)

    assert worker.wait(15) == 0
    assert workers(installation) == []


def test_a_killed_worker_takes_its_cluster_with_it(installation: Installation) -> None:
    worker = start(installation)
    worker.kill()
    worker.wait()

    wait_until(lambda: not workers(installation), 15, "the cluster to end")


def test_a_cluster_that_lost_its_head_is_replaced(installation: Installation) -> None:
    worker = start(installation)
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children")
    former = children.read_text().split()
    wait_until(
        lambda: installation.query(
            f"SELECT 1 FROM mailing_heartbeat WHERE pid = {worker.pid}"  # noqa: S608
        ),
        30,
        "the first task",
    )
    subprocess.run(["kill", "-KILL", *former], check=True)

    wait_until(lambda: children.read_text().split() not in ([], former), 20, "another cluster")
    wait_until(lambda: len(workers(installation)) == 7, 20, "the other cluster alone")


def test_a_worker_needs_a_process(installation: Installation) -> None:
    done = installation.run("worker", "--workers", "0", check=False)

    assert done.returncode == 1
    assert "--workers" in done.stderr
