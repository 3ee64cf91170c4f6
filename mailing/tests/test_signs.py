"""When a cluster is taken for stopped."""

from mailing import pulse
from mailing.signs import SILENCE, Signs
from mailing.watchdog import LONGEST_PAUSE, pause_after

LATE = SILENCE + 1


def test_a_sentinel_must_never_be_silent() -> None:
    signs = Signs(0)
    signs.hear(pulse.HEAD, 10)

    assert signs.overdue(10 + SILENCE) == []
    assert signs.overdue(10 + LATE) == ["sentinel"]


def test_workers_owe_a_sign_only_when_there_is_a_task() -> None:
    signs = Signs(0)
    signs.hear(pulse.HEAD, 100)
    assert signs.overdue(100) == []

    signs.ask(100)
    signs.ask(120)
    signs.hear(pulse.HEAD, 100 + LATE)
    assert signs.overdue(100 + LATE) == ["workers"]


def test_workers_that_are_busy_live_although_the_task_waits() -> None:
    signs = Signs(0)
    for now in range(0, 600, 5):
        signs.ask(now)
        signs.hear(pulse.HEAD + pulse.WORK, now + 1)

        assert signs.overdue(now + 5) == []


def test_the_monitor_owes_a_record_of_every_task() -> None:
    signs = Signs(0)
    signs.hear(pulse.DONE, 1)
    signs.hear(pulse.RECORDED, 2)
    signs.hear(pulse.DONE, 10)
    for now in range(10, 60):
        signs.hear(pulse.HEAD + pulse.DONE, now)

    assert signs.overdue(10 + LATE) == ["monitor"]


def test_what_has_a_good_reason_is_forgiven() -> None:
    signs = Signs(0)
    signs.ask(0)
    signs.hear(pulse.DONE, 0)
    signs.ask(1)
    signs.forgive(1000)

    assert signs.overdue(1000 + SILENCE) == []


def test_pauses_grow_and_end_with_the_failures() -> None:
    assert [pause_after(failures) for failures in range(4)] == [0, 1, 2, 4]
    assert pause_after(1000) == LONGEST_PAUSE
