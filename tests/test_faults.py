"""The short version of `make test-faults`: whatever is killed, no letter is lost or doubled."""

import json
import os
import subprocess
import sys

import pytest

from tests.faults.private import are_installed
from tests.faults.running_sink import Order
from tests.faults.scene import CONNECTIONS, Scene
from tests.installation import wait_until
from tests.shared import ROOT

pytestmark = pytest.mark.processes

READERS = 40
STEPS = (("mail", "hang"), ("data", "hang"), ("dot", "hang"), ("dot", "hang-after"))


def test_a_sender_may_be_killed_at_every_step(scene: Scene) -> None:
    people = f"make_lists(1, {READERS})"
    scene.start_worker(EMAIL_TIMEOUT="30")
    for step, what in STEPS:
        scene.sink.order(Order(step, what))
        before = len(scene.sink.lines("hanging"))
        attempt = scene.send(people)
        people = ""
        wait_until(
            lambda: len(scene.sink.lines("hanging")) > before,  # noqa: B023
            60,
            f"a letter at {step}",
        )
        killed = scene.kill_senders()
        scene.sink.order()
        scene.wait_for_the_end()

        ledger = scene.installation.ledger(attempt)
        assert killed
        assert set(ledger) <= {"sent", "uncertain"}
        assert ledger.get("uncertain", 0) <= (killed * CONNECTIONS if step == "dot" else 0)
        assert ledger.get("uncertain", 0) >= (1 if step == "dot" else 0)
    assert scene.judge().letters == len(STEPS) * READERS


@pytest.mark.skipif(not are_installed(), reason="PostgreSQL or Redis is not installed")
@pytest.mark.skipif(
    os.environ.get("DATABASE_URL", "").startswith("postgres"),
    reason="it has a PostgreSQL of its own: once is enough",
)
def test_six_hundred_letters_through_a_storm() -> None:
    size = ["--letters=600", "--kills=8", "--crashes=1", "--per-attempt=200", "--owners=2"]
    pace = ["--minutes=0.5", "--pace=1", "--delay=0.05", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.run", *size, *pace],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
    )

    assert done.stdout, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["breaches"] == []
    assert result["figures"]["lost"] == result["figures"]["doubled"] == 0
    assert result["figures"]["kills"] >= 1
    assert result["figures"]["letters"] >= 200
