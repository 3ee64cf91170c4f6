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


def test_a_cluster_that_lost_its_head_is_ended_and_reported(installation: Installation) -> None:
    worker = installation.start_worker(PYTHONUNBUFFERED="1")
    wait_until(lambda: len(workers(installation)) >= 7, 60, "the cluster")
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
    subprocess.run(["kill", "-KILL", *children], check=True)

    assert worker.wait(40) == 1
    wait_until(lambda: not workers(installation), 5, "the cluster to end")


def test_a_worker_needs_a_process(installation: Installation) -> None:
    done = installation.run("worker", "--workers", "0", check=False)

    assert done.returncode == 1
    assert "--workers" in done.stderr
