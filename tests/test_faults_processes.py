"""Whichever process is killed or halted, others go on, and no letter is lost or doubled."""

import random
import signal
import time
from pathlib import Path

import pytest

from tests.faults.scene import AT_LENGTH, CONNECTIONS, IN_FLIGHT, WORKERS, Scene
from tests.faults.victims import kill
from tests.installation import Installation, wait_until
from tests.local_site import processes_of

pytestmark = pytest.mark.processes

KILLS = 100 if AT_LENGTH else 6
#: Processes of a cluster: the first one, the sentinel, workers, the monitor and the pusher.
SIZE = 4 + WORKERS
READERS = 10_000 if AT_LENGTH else 500


def children(parent: int) -> list[int]:
    """Return the processes that one has started."""
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def below(parent: int) -> list[int]:
    """Return all processes below one, each before those that it has started."""
    return [pid for child in children(parent) for pid in (child, *below(child))]


def left_of(installation: Installation) -> list[str]:
    found = processes_of(Path(installation.environment["VAR_DIR"]))
    return [command for command in found if " worker" in command]


def test_senders_are_killed_at_random(scene: Scene) -> None:
    scene.sink.order(delay=0.05)
    scene.start_worker()
    scene.send(f"make_lists(1, {READERS})")
    killed = 0
    with scene.in_haste():
        while killed < KILLS and not scene.has_ended():
            time.sleep(random.uniform(0.2, 2))
            if found := scene.senders():
                killed += kill(random.choice(found)[1])
    scene.wait_for_the_end()

    assert killed == KILLS
    assert scene.judge(killed * CONNECTIONS).states["sent"] > READERS / 2


def test_an_idle_worker_is_killed(scene: Scene) -> None:
    worker = scene.start_worker()
    wait_until(lambda: len(below(worker.pid)) == SIZE, 60, "the cluster")
    idle = below(worker.pid)[2]  # after the first process and the sentinel
    time.sleep(1)
    kill(idle)
    with scene.in_haste():
        scene.send("make_lists(1, 100)")
        scene.wait_for_letters(100, 60)
    scene.wait_for_the_end()

    assert scene.judge().states == {"sent": 100}


def test_a_whole_cluster_and_then_its_parent_are_killed(scene: Scene) -> None:
    scene.sink.order(delay=0.05)
    worker = scene.start_worker()
    scene.send("make_lists(1, 600)")
    scene.wait_for_letters(50)
    for pid in below(worker.pid):
        kill(pid)
    sent = len(scene.sink.accepted())
    with scene.in_haste():
        scene.wait_for_letters(sent + IN_FLIGHT + 50, 60)
    worker.kill()
    worker.wait()
    wait_until(lambda: not left_of(scene.installation), 40, "the cluster to end")
    scene.start_worker()
    scene.wait_for_the_end()

    assert scene.judge(2 * IN_FLIGHT).letters == 600


def halt(scene: Scene) -> int:
    """Halt a sender while it holds nothing that others wait for, and let its lease run out."""
    while True:
        senders: list[tuple[int, int]] = wait_until(scene.senders, 60, "a sender")
        key, pid = senders[0]
        kill(pid, signal.SIGSTOP)
        if AT_LENGTH:
            time.sleep(65)
            return pid
        end_lease = f"UPDATE mailing_sender SET lease_until = started_at WHERE id = {key}"  # noqa: S608
        if scene.change(end_lease):
            return pid
        kill(pid, signal.SIGCONT)
        time.sleep(0.1)


def test_a_sender_sleeps_longer_than_its_lease_and_wakes_up(scene: Scene) -> None:
    scene.sink.order(delay=0.05)
    scene.start_worker()
    scene.send("make_lists(1, 600)")
    scene.wait_for_letters(50)
    pid = halt(scene)
    sent = len(scene.sink.accepted())
    scene.wait_for_letters(sent + 100, 100)
    kill(pid, signal.SIGCONT)
    scene.wait_for_the_end()

    assert scene.judge(CONNECTIONS).letters == 600
