"""When a mailing goes out, on the clock of its zone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.models import Mailing
from mailing.tests.factories import MailingFactory, MessageFactory, RecipientListFactory

Login = Callable[[User], Client]
NOW = datetime(2030, 1, 15, 12, tzinfo=UTC)
FORM = {"starts_at": "2030-02-01T09:00", "period": "weekly", "time_zone": "Europe/Berlin"}


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def mailing(alice: User) -> Mailing:
    lists = [RecipientListFactory.create(owner=alice)]
    return MailingFactory.create(owner=alice, lists=lists, time_is_set=False)


def step(mailing: Mailing) -> str:
    return reverse("mailing:mailing_time", args=[mailing.pk])


def review(client: Client, mailing: Mailing) -> str:
    return client.get(reverse("mailing:mailing_review", args=[mailing.pk])).content.decode()


def errors(response: Any) -> list[str]:
    return list(response.context["form"].errors)


def posted_back(client: Client, mailing: Mailing) -> dict[str, Any]:
    """Return the step of `mailing` as a browser posts it back untouched."""
    shown = client.get(step(mailing)).context["form"]
    values = {field.name: field.value() for field in shown}
    for name in ("starts_at", "ends_at"):
        values[name] = f"{values[name]:%Y-%m-%dT%H:%M}" if values[name] else ""
    return values


def schedule(client: Client, mailing: Mailing) -> None:
    client.post(reverse("mailing:mailing_action", args=[mailing.pk, "schedule"]))
    mailing.refresh_from_db()


def test_the_step_proposes_the_next_morning_in_the_owners_zone(client: Client, alice: User) -> None:
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    message = MessageFactory.create(owner=alice)
    client.post(reverse("mailing:mailing_create"), {"name": "Weekly", "message": message.pk})
    mailing = Mailing.objects.get()
    page = client.get(step(mailing)).content.decode()
    assert '<option value="Asia/Tokyo" selected>' in page
    assert 'value="2030-01-16T09:00"' in page
    client.post(step(mailing), posted_back(client, mailing))
    mailing.refresh_from_db()
    assert mailing.starts_at == datetime(2030, 1, 16, 0, tzinfo=UTC)
    assert mailing.time_is_set


@pytest.mark.parametrize(
    ("zone", "wall", "moment"),
    [
        ("Europe/Berlin", "2030-02-01T09:00", datetime(2030, 2, 1, 8, tzinfo=UTC)),
        ("Asia/Kolkata", "2030-02-01T09:00", datetime(2030, 2, 1, 3, 30, tzinfo=UTC)),
        # the clock is put forward at 2:00 on 31 March: 2:30 comes an hour later
        ("Europe/Berlin", "2030-03-31T02:30", datetime(2030, 3, 31, 1, 30, tzinfo=UTC)),
        # the clock is put back at 3:00 on 27 October: 2:30 comes twice, the first time counts
        ("Europe/Berlin", "2030-10-27T02:30", datetime(2030, 10, 27, 0, 30, tzinfo=UTC)),
        ("America/New_York", "2030-02-01 21:00", datetime(2030, 2, 2, 2, tzinfo=UTC)),
    ],
)
def test_times_are_on_the_clock_of_the_mailings_zone(
    client: Client, mailing: Mailing, zone: str, wall: str, moment: datetime
) -> None:
    client.post(step(mailing), FORM | {"time_zone": zone, "starts_at": wall})
    mailing.refresh_from_db()
    assert mailing.starts_at == moment


def test_form_and_page_show_times_in_the_mailings_zone(client: Client, alice: User) -> None:
    mailing = MailingFactory.create(
        owner=alice, starts_at=datetime(2030, 2, 1, 23, tzinfo=UTC), time_zone="Asia/Tokyo"
    )
    assert 'value="2030-02-02T08:00"' in client.get(step(mailing)).content.decode()
    page = client.get(mailing.get_absolute_url()).content.decode()
    assert 'datetime="2030-02-02T08:00:00+09:00"' in page
    assert "Asia/Tokyo" in page


def test_saving_untouched_changes_nothing(client: Client, alice: User) -> None:
    """Not even the seconds that the form does not show: they tell occurrences apart."""
    moment = datetime(2030, 10, 27, 1, 30, 17, tzinfo=UTC)  # the second 2:30 of that night
    mailing = MailingFactory.create(
        owner=alice,
        starts_at=moment,
        ends_at=moment + timedelta(days=1),
        time_zone="Europe/Berlin",
    )
    assert client.post(step(mailing), posted_back(client, mailing)).status_code == 302
    saved = Mailing.objects.get()
    for name in ("name", "starts_at", "ends_at", "time_zone", "period", "status", "message_id"):
        assert getattr(saved, name) == getattr(mailing, name), name


def test_another_zone_keeps_the_time_on_the_clock(client: Client, alice: User) -> None:
    mailing = MailingFactory.create(owner=alice, starts_at=datetime(2030, 2, 1, 9, tzinfo=UTC))
    client.post(step(mailing), posted_back(client, mailing) | {"time_zone": "Asia/Tokyo"})
    mailing.refresh_from_db()
    assert mailing.starts_at == datetime(2030, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts_at", ""),
        ("starts_at", "tomorrow"),
        ("starts_at", "2030-02-30T09:00"),
        ("starts_at", "2030-02-01T09:00Z"),
        ("starts_at", "1999-12-31T23:59"),
        ("starts_at", "9999-12-31T23:59"),
        ("ends_at", "2030-02-01T09:00"),
        ("ends_at", "2029-01-01T09:00"),
        ("period", "hourly"),
        ("time_zone", "Europe/Nowhere"),
        ("time_zone", "../../etc/passwd"),
    ],
)
def test_bad_input_is_refused_at_its_field(
    client: Client, mailing: Mailing, field: str, value: str
) -> None:
    response = client.post(step(mailing), FORM | {field: value})
    assert errors(response) == [field]
    mailing.refresh_from_db()
    assert not mailing.time_is_set


def test_an_end_that_has_passed_is_refused_once_it_is_scheduled(
    client: Client, mailing: Mailing
) -> None:
    past = FORM | {"starts_at": "2030-01-01T09:00", "ends_at": "2030-01-10T09:00"}
    assert client.post(step(mailing), past).status_code == 302
    Mailing.objects.update(status="scheduled")
    assert errors(client.post(step(mailing), past)) == ["ends_at"]


def test_start_that_has_passed_is_due_at_once(client: Client, mailing: Mailing) -> None:
    past = {"starts_at": "2030-01-15T08:00", "period": "once", "time_zone": "UTC"}
    client.post(step(mailing), past)
    schedule(client, mailing)
    assert Mailing.objects.due(timezone.now()).exists()


def test_editing_what_is_scheduled_reckons_anew(client: Client, mailing: Mailing) -> None:
    client.post(step(mailing), FORM)
    schedule(client, mailing)
    client.post(step(mailing), FORM | {"starts_at": "2030-03-01T09:00"})
    mailing.refresh_from_db()
    assert mailing.status == "scheduled"
    assert mailing.next_run_at == datetime(2030, 3, 1, 8, tzinfo=UTC)


def test_the_next_ten_are_shown_with_what_the_clock_does_to_them(
    client: Client, alice: User, login: Login
) -> None:
    mailing = MailingFactory.create(
        owner=alice,
        starts_at=datetime(2030, 3, 29, 1, 30, tzinfo=UTC),
        period="daily",
        time_zone="Europe/Berlin",
    )
    page = review(client, mailing)
    assert page.count('<time datetime="2030-0') == 10 + 1
    assert 'datetime="2030-03-31T03:30:00+02:00"' in page
    assert page.count("The clock skips this time that day") == 1
    with time_machine.travel(datetime(2030, 10, 25, tzinfo=UTC)):
        page = review(login(alice), mailing)
    assert page.count("The clock shows this time twice that day") == 1
    assert page.count("The clock has changed since the one before") == 1


def test_without_a_settled_time_no_sending_is_promised(client: Client, mailing: Mailing) -> None:
    page = review(client, mailing)
    assert "Would go out next" not in page
    assert "not settled yet" in page


def test_nothing_is_promised_after_the_end(client: Client, alice: User) -> None:
    start = datetime(2030, 2, 1, 9, tzinfo=UTC)
    mailing = MailingFactory.create(
        owner=alice, starts_at=start, ends_at=start + timedelta(days=2, hours=1), period="daily"
    )
    assert len(client.get(mailing.get_absolute_url()).context["occurrences"]) == 3
