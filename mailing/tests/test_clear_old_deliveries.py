"""`clear_old_deliveries`."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mailing.management.commands import clear_old_deliveries
from mailing.models import Attempt, Delivery, Recipient
from mailing.tests.factories import AttemptFactory, DeliveryFactory


def finished(days: int, **fields: object) -> Attempt:
    """Make an attempt that finished so many days ago, with three deliveries."""
    status = fields.pop("status", Attempt.Status.SUCCESS)
    at = timezone.now() - timedelta(days=days, minutes=1)
    attempt = AttemptFactory.create(status=status, finished_at=at, total=3, sent=3, **fields)
    DeliveryFactory.create_batch(3, attempt=attempt, state=Delivery.State.SENT)
    return attempt


def clear(days: int) -> str:
    out = StringIO()
    call_command("clear_old_deliveries", days=days, stdout=out)
    return out.getvalue()


def test_old_deliveries_go_and_counts_stay(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clear_old_deliveries, "BATCH", 2)
    old, recent = finished(30), finished(29)
    assert clear(30) == "3 deliveries deleted.\n"
    assert set(Delivery.objects.values_list("attempt", flat=True)) == {recent.pk}
    old.refresh_from_db()
    assert (old.total, old.sent) == (3, 3)
    assert Recipient.objects.count() == 6
    assert clear(30) == "0 deliveries deleted.\n"


@pytest.mark.parametrize("status", ["partial", "failed", "cancelled"])
def test_attempts_that_ended_in_any_way_count_as_finished(db: None, status: str) -> None:
    finished(10, status=status)
    assert clear(5) == "3 deliveries deleted.\n"


def test_running_attempts_keep_theirs_however_long_they_take(db: None) -> None:
    attempt = AttemptFactory.create(started_at=timezone.now() - timedelta(days=100))
    DeliveryFactory.create(attempt=attempt)
    assert clear(1) == "0 deliveries deleted.\n"


@pytest.mark.parametrize("days", [0, -1])
def test_days_must_be_positive(db: None, days: int) -> None:
    with pytest.raises(CommandError, match="--days must be a positive number"):
        clear(days)


def test_more_days_than_the_calendar_has(db: None) -> None:
    finished(10)
    assert clear(10**9) == "0 deliveries deleted.\n"
