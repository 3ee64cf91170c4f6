"""The calendar of what goes out: by the day in the visitor's zone, and never more than fits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from mailing.models import Mailing
from mailing.tests.factories import MailingFactory

Login = Callable[[User], Client]
CALENDAR = reverse("mailing:mailing_calendar")
NOW = datetime(2030, 3, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


def scheduled(owner: User, starts_at: datetime, **more: Any) -> Mailing:
    fields = {"status": "scheduled", "next_run_at": starts_at} | more
    return MailingFactory.create(owner=owner, starts_at=starts_at, **fields)


def days(client: Client, **query: str) -> dict[int, list[str]]:
    """Return the names of what goes out on each day of the month."""
    weeks = client.get(CALENDAR, query).context["weeks"]
    return {
        day.date.day: [entry.mailing.name for entry in day.entries]
        for week in weeks
        for day in week
        if day.entries
    }


def test_each_period_falls_on_its_days(client: Client, alice: User) -> None:
    scheduled(alice, datetime(2030, 3, 12, 9, tzinfo=UTC), name="Once")
    scheduled(alice, datetime(2030, 3, 28, 9, tzinfo=UTC), name="Daily", period="daily")
    scheduled(alice, datetime(2030, 3, 15, 9, tzinfo=UTC), name="Weekly", period="weekly")
    scheduled(alice, datetime(2030, 3, 31, 9, tzinfo=UTC), name="Monthly", period="monthly")
    assert days(client) == {
        12: ["Once"],
        15: ["Weekly"],
        22: ["Weekly"],
        28: ["Daily"],
        29: ["Daily", "Weekly"],
        30: ["Daily"],
        31: ["Daily", "Monthly"],
    }
    april = days(client, month="2030-04")
    assert april[30] == ["Daily", "Monthly"]
    assert [day for day, names in april.items() if "Weekly" in names] == [5, 12, 19, 26]


def test_a_mailing_of_long_ago_goes_on_where_it_is(client: Client, alice: User) -> None:
    began = datetime(2021, 1, 4, 9, tzinfo=UTC)
    scheduled(alice, began, period="weekly", next_run_at=datetime(2030, 3, 11, 9, tzinfo=UTC))
    assert list(days(client)) == [11, 18, 25]


def test_days_are_those_of_the_visitors_zone(client: Client, alice: User) -> None:
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    scheduled(alice, datetime(2030, 3, 14, 23, tzinfo=UTC), name="Early")
    page = client.get(CALENDAR).content.decode()
    assert days(client) == {15: ["Early"]}
    assert "Asia/Tokyo" in page
    assert ">08:00</time>" in page


def test_what_does_not_go_out_is_not_in_it(client: Client, alice: User, bob: User) -> None:
    at = datetime(2030, 3, 20, 9, tzinfo=UTC)
    for status in ("draft", "paused", "finished", "disabled"):
        scheduled(alice, at, status=status)
    scheduled(alice, at, status="running", next_run_at=None)
    scheduled(bob, at)
    assert days(client) == {}
    assert "Nothing goes out in this month" in client.get(CALENDAR).content.decode()


def test_nothing_is_shown_from_the_end_on(client: Client, alice: User) -> None:
    at = datetime(2030, 3, 20, 9, tzinfo=UTC)
    scheduled(alice, at, period="daily", ends_at=at + timedelta(days=2))
    assert list(days(client)) == [20, 21]


def test_clock_changes_are_marked(client: Client, alice: User) -> None:
    alice.time_zone = "Europe/Berlin"
    alice.save()
    at = datetime(2030, 3, 29, 1, 30, tzinfo=UTC)
    scheduled(alice, at, period="daily", time_zone="Europe/Berlin")
    page = client.get(CALENDAR).content.decode()
    assert "The clock is changed on 31 March." in page
    assert page.count("The clock skips this time that day") == 1
    assert ">03:30</time>" in page


def test_a_full_day_names_some_and_counts_the_rest(client: Client, alice: User) -> None:
    at = datetime(2030, 3, 20, 9, tzinfo=UTC)
    for number in range(16):
        scheduled(alice, at + timedelta(minutes=number), name=f"M{number:02}")
    page = client.get(CALENDAR).content.decode()
    assert "and 12 more" in page
    assert "M03" in page
    assert "M04" not in page
    assert 'href="?month=2030-03&amp;day=20"' in page
    assert "M15" in client.get(CALENDAR, {"day": "20"}).content.decode()


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", "2030-03"),
        ("2030-07", "2030-07"),
        ("2029-12", "2030-03"),
        ("2035-01", "2031-03"),
        ("2030-13", "2030-03"),
        ("x", "2030-03"),
        ("0000-00", "2030-03"),
        ("\0", "2030-03"),
    ],
)
def test_months_can_be_looked_at_for_a_year(client: Client, asked: str, shown: str) -> None:
    answer = client.get(CALENDAR, {"month": asked})
    assert f"{answer.context['month']:%Y-%m}" == shown
    page = answer.content.decode()
    assert ('rel="prev"' in page) == (shown != "2030-03")
    assert ('rel="next"' in page) == (shown != "2031-03")


def test_weeks_begin_on_monday_and_are_whole(client: Client) -> None:
    for month in ("2030-03", "2030-09", "2031-02"):
        weeks = client.get(CALENDAR, {"month": month}).context["weeks"]
        assert {len(week) for week in weeks} == {7}
        assert {week[0].date.weekday() for week in weeks} == {0}
        inside = [day.date for week in weeks for day in week if day.is_in_month]
        assert inside == sorted(set(inside))
        assert inside[0].day == 1
        assert (inside[-1] + timedelta(days=1)).day == 1


def test_managers_see_everybodys_and_may_ask_for_an_owners(
    alice: User, bob: User, manager: User, login: Login, client: Client
) -> None:
    at = datetime(2030, 3, 20, 9, tzinfo=UTC)
    scheduled(alice, at, name="Hers")
    scheduled(bob, at, name="His")
    watching = login(manager)
    assert days(watching) == {20: ["Hers", "His"]}
    assert days(watching, owner="bob@") == {20: ["His"]}
    assert "bob@example.org" in watching.get(CALENDAR).content.decode()
    assert days(client, owner="bob@") == {20: ["Hers"]}
    assert "example.org" not in client.get(CALENDAR).content.decode().partition("<main")[2]


def test_it_costs_the_same_with_a_thousand_mailings(client: Client, alice: User) -> None:
    first = scheduled(alice, NOW + timedelta(hours=1), period="daily")
    counts = []
    for number in (10, 990):
        Mailing.objects.bulk_create(
            Mailing(
                owner=alice,
                name=f"M{n}",
                message=first.message,
                starts_at=first.starts_at,
                next_run_at=first.starts_at,
                period="daily",
                status="scheduled",
            )
            for n in range(number)
        )
        with CaptureQueriesContext(connection) as queries:
            page = client.get(CALENDAR).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "The 300 mailings that come first are shown" in page
    assert len(page) < 100_000


def test_the_month_in_the_title_is_written_as_the_language_does(client: Client) -> None:
    for language, title in (("en", "Calendar: March 2030"), ("ru", "Календарь: март 2030")):
        page = client.get(CALENDAR, headers={"accept-language": language}).content.decode()
        assert f'<h1 id="page-title">{title}</h1>' in page
