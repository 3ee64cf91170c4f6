"""Imports in the background: in turns, through kills and cancelling, each row once."""

import gc
import sys
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts.models import User
from mailing import tasks
from mailing.importing import acts, jobs, passing, reading
from mailing.importing.passing import Pass
from mailing.importing.storage import path_of
from mailing.models import Import, ImportStep, Recipient
from mailing.models.importing import LEASE
from mailing.tests.factories import ImportFactory

ROWS = 200


@pytest.fixture
def running(alice: User, monkeypatch: pytest.MonkeyPatch) -> Import:
    """An import of two hundred rows, every tenth wrong and the last a double, just started."""
    monkeypatch.setattr(reading.blocks, "__defaults__", (256,))
    rows = [f"r{n}@example.org" if n % 10 else f"wrong{n}" for n in range(ROWS)]
    content = "\n".join(["email", *rows, "r1@example.org"])
    work = acts.begin(alice, BytesIO(content.encode()), new_list="Readers")
    jobs.work_through(work)
    acts.check(work, work.roles, work.has_header)
    jobs.work_through(work)
    assert (work.total, work.added, work.wrong) == (ROWS + 1, 180, 21)
    acts.start(work)
    return work


def assert_each_row_came_in_once(work: Import) -> None:
    work.refresh_from_db()
    assert work.status == "finished"
    assert (work.total, work.added, work.unchanged, work.wrong) == (ROWS + 1, 180, 0, 21)
    assert Recipient.objects.filter(lists__name="Readers").count() == 180
    lines = list(work.rows.order_by("line").values_list("line", flat=True))
    assert lines == [*range(2, ROWS + 2, 10), ROWS + 2]
    assert work.rows.get(line=ROWS + 2).reason == "The address is on line 3 already."


def test_turns_take_up_where_the_last_one_stopped(running: Import) -> None:
    turns = 0
    while jobs.take_turn(running.pk, 0):
        turns += 1
    assert turns > 5
    assert_each_row_came_in_once(running)


def test_the_worker_goes_on_as_before_a_turn(running: Import) -> None:
    """A turn has its threads change often and looks for no cycles, which other tasks need."""
    before = sys.getswitchinterval()
    jobs.take_turn(running.pk, 0)
    assert gc.isenabled()
    assert sys.getswitchinterval() == before


def test_after_a_kill_in_the_middle_of_a_batch_each_row_comes_in_once(
    running: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.take_turn(running.pk, 0)
    keep: Callable[..., None] = Pass._keep_wrong

    def killed(self: Pass, wrong: Any) -> None:
        keep(self, wrong)
        raise KeyboardInterrupt  # the transaction is never committed

    with monkeypatch.context() as patched:
        patched.setattr(Pass, "_keep_wrong", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.take_turn(running.pk)
    assert jobs.take_turn(running.pk) is None  # its lease is not over
    assert not Import.objects.ready(timezone.now()).exists()
    assert Import.objects.ready(timezone.now() + LEASE * 2).get() == running
    Import.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    jobs.work_through(running)
    assert_each_row_came_in_once(running)


def test_a_worker_that_wakes_up_late_changes_nothing(running: Import) -> None:
    token = Import.objects.claim(running.pk, timezone.now() - LEASE * 2)
    running.refresh_from_db()
    late = Pass(running, token)
    jobs.take_turn(running.pk, 0)
    before = Recipient.objects.count()
    with pytest.raises(passing.Superseded):
        late.run()
    assert Recipient.objects.count() == before
    Import.objects.update(leased_until=None, worker="")
    jobs.work_through(running)
    assert_each_row_came_in_once(running)


def test_cancelling_stops_before_the_next_batch(running: Import) -> None:
    jobs.take_turn(running.pk, 0)
    some = Recipient.objects.count()
    assert 0 < some < 180
    assert acts.cancel(running)
    assert jobs.take_turn(running.pk) is None
    assert Recipient.objects.count() == some
    assert Import.objects.get().status == "cancelled"
    assert not list(path_of(running, "").parent.iterdir())


def test_imports_of_blocked_owners_rest(running: Import, alice: User) -> None:
    alice.block(by=None, reason="Spam")
    assert jobs.take_turn(running.pk) is None
    assert not Recipient.objects.exists()
    alice.unblock(by=None)
    jobs.work_through(running)
    assert_each_row_came_in_once(running)


def test_an_unexpected_error_is_told_and_what_came_in_can_be_undone(
    running: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.take_turn(running.pk, 0)
    with monkeypatch.context() as patched:
        patched.setattr(Pass, "_keep_wrong", lambda *_arguments: 1 / 0)
        jobs.take_turn(running.pk)
    running.refresh_from_db()
    assert running.status == "failed"
    assert running.error.startswith("Something went wrong on our side.")
    assert running.may_undo


def test_wrong_rows_are_kept_up_to_a_limit_and_all_counted(
    running: Import, settings: LazySettings
) -> None:
    settings.IMPORT_MAX_WRONG_ROWS = 5
    jobs.work_through(running)
    assert (running.wrong, running.rows.count()) == (21, 5)


def test_the_tick_wakes_what_nobody_works_at(
    running: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(jobs, "wake", lambda work: woken.append(work.pk))
    jobs.tick()
    assert woken == [running.pk]
    Import.objects.claim(running.pk, timezone.now())
    jobs.tick()
    assert woken == [running.pk]


def test_uploads_that_nobody_comes_back_to_are_removed(alice: User) -> None:
    work = acts.begin(alice, BytesIO(b"email\nann@example.org\n"))
    jobs.work_through(work)
    directory = path_of(work, "").parent
    jobs.tick()
    assert list(directory.iterdir())
    Import.objects.update(updated_at=timezone.now() - timedelta(days=4))
    jobs.tick()
    assert not Import.objects.exists()
    assert not list(directory.iterdir())


def test_uploads_are_readable_by_nobody_else_and_named_by_us(alice: User) -> None:
    work = acts.begin(alice, BytesIO(b"email\n"), file_name="../../etc/passwd")
    path = path_of(work, "file")
    assert path.parent.stat().st_mode & 0o077 == 0
    assert path.name == f"{work.pk}-{work.file_token}.file"


def test_turns_note_what_they_did_in_ranges(running: Import) -> None:
    jobs.work_through(running)
    for step in ImportStep.objects.filter(of_import=running):
        assert len(step.added) == 1


def test_an_import_with_nothing_to_take_in_does_not_start(alice: User) -> None:
    assert not ImportFactory.create(owner=alice, total=3, wrong=3).may_start


def test_reading_a_spreadsheet_keeps_the_import_and_ends_when_it_is_lost(
    alice: User, spreadsheet: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BEAT", 0.0)
    data = spreadsheet(One=[["email"], ["ann@example.org"]])
    work = acts.begin(alice, BytesIO(data), file_name="people.xlsx")
    beat = jobs.Heartbeat(work, "somebody else")
    with pytest.raises(passing.Superseded):
        acts.read(work, beat)
    work.refresh_from_db()
    assert work.status == "reading"
    jobs.work_through(work)
    assert (work.status, work.roles) == ("mapping", ["email"])


def test_other_work_that_fails_does_not_hold_up_imports(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError

    stale = ImportFactory.create(owner=alice)
    Import.objects.update(updated_at=timezone.now() - timedelta(days=4))
    monkeypatch.setattr("mailing.sending.trial.wake_overlooked", fail)
    tasks.tick()
    assert not Import.objects.filter(pk=stale.pk).exists()
