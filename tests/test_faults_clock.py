"""A clock that is set forward and back makes letters late at most: none is lost or doubled."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.scene import IN_FLIGHT, Scene
from tests.installation import wait_until
from tests.shared import ROOT

pytestmark = pytest.mark.processes

HOUR = 3600.0
RUNS = "SELECT count(*) FROM mailing_attempt GROUP BY mailing_id"
#: Makes a daily mailing whose time comes in half an hour.
DAILY = """
from datetime import timedelta
from django.utils import timezone
from mailing.sending import control
from tests.faults.letters import make_mailing
for readers in make_lists(2, 700)[1:]:
    readers.recipients.set(readers.recipients.all()[:30])
    daily = make_mailing("Every day", readers)
    daily.period, daily.starts_at = "daily", timezone.now() + timedelta(minutes=30)
    daily.save()
    control.schedule(daily)
"""


@pytest.fixture
def set_clock(scene: Scene, tmp_path: Path) -> Iterator[Callable[[float], None]]:
    """Return a function that sets the clock of all processes wrong by so many seconds."""
    file = tmp_path / "clock"
    ours = {"CLOCK_FILE": str(file), "PYTHONPATH": str(ROOT / "tests" / "faults" / "clock")}

    def set_wrong(seconds: float) -> None:
        new = file.with_suffix(".new")
        new.write_text(str(seconds))
        new.rename(file)

    set_wrong(0)
    before = dict(scene.installation.environment)
    scene.installation.environment.update(ours)
    yield set_wrong
    scene.installation.stop_workers()
    scene.installation.environment.clear()
    scene.installation.environment.update(before)


def test_the_clock_is_set_forward_and_back(
    scene: Scene, set_clock: Callable[[float], None]
) -> None:
    scene.sink.order(delay=0.05)
    scene.start_worker()
    scene.send(DAILY)
    scene.wait_for_letters(50)
    with scene.in_haste():
        set_clock(HOUR)
        scene.wait_for_letters(250)
        wait_until(lambda: len(scene.ask(RUNS)) == 2, 60, "the daily mailing's run")
        set_clock(-HOUR)
        time.sleep(5)
        set_clock(0)
    scene.wait_for_the_end()

    assert scene.judge(3 * IN_FLIGHT).letters == 730
    assert scene.installation.query(RUNS) == [(1,), (1,)]
