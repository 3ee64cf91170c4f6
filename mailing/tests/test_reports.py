"""The page of reports: its figures, whose they are, and that it is fetched again only when new."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from mailing import tasks
from mailing.models import Attempt, Delivery, Figure, Mailing
from mailing.models.delivery import State
from mailing.reports import counting, sizes
from mailing.reports.building import build, report_for
from mailing.reports.period import Period, last_days
from mailing.reports.report import Letters
from mailing.tests.factories import MailingFactory, RecipientFactory
from mailing.tests.sent_letters import MOMENT, Letter, make_attempt

Login = Callable[[User], Client]
PAGE = reverse("mailing:reports")
DAYS = {"since": "2026-03-01", "until": "2026-03-02"}
LETTERS: list[Letter] = [
    (State.SENT, 250, "", 0),
    (State.SENT, 250, "", 60 * 12),
    (State.FAILED, 550, "5.1.1 No such user", 0),
    (State.UNCERTAIN, None, "", 0),
    (State.SKIPPED, None, "", 0),
]


def of(row: Any) -> tuple[int, int, int, int]:
    return (row.sent, row.failed, row.uncertain, row.skipped)


def two_days(zone: str = "UTC") -> Period:
    return Period(date(2026, 3, 1), date(2026, 3, 2), ZoneInfo(zone))


@pytest.fixture
def sent(alice: User, bob: User) -> Attempt:
    """Letters of Alice and, fewer, of Bob, all counted."""
    attempt = make_attempt(alice, LETTERS, mailing__name="Alice's news")
    make_attempt(bob, LETTERS[:3], mailing__name="Bob's news")
    counting.catch_up()
    return attempt


def test_a_report_adds_up(alice: User, sent: Attempt) -> None:
    report = build(alice, two_days())
    assert [(day.day.day, of(day)) for day in report.days] == [(1, (1, 1, 1, 1)), (2, (1, 0, 0, 0))]
    assert of(report.letters) == (2, 1, 1, 1)
    assert report.letters.success == 50
    assert [(each.name, of(each)) for each in report.mailings] == [("Alice's news", (2, 1, 1, 1))]
    assert [(a.state, a.smtp_code, a.status_code, a.letters) for a in report.answers] == [
        ("failed", 550, "5.1.1", 1),
        ("skipped", 0, "", 1),
        ("uncertain", 0, "", 1),
    ]
    assert report.altogether.mailings == 1
    assert report.altogether.recipients == 5
    assert report.altogether.reached == 2
    assert report.owners == []


def test_overseers_see_everybody_and_who_they_are(alice: User, sent: Attempt) -> None:
    report = build(None, two_days())
    assert of(report.letters) == (4, 2, 1, 1)
    assert [(each.owner, of(each)) for each in report.owners] == [
        ("alice@example.org", (2, 1, 1, 1)),
        ("bob@example.org", (2, 1, 0, 0)),
    ]
    assert report.altogether.mailings == 2


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(
        ["UTC", "Europe/Riga", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "Asia/Beirut"]
    ),
    first=st.dates(date(2026, 3, 20), date(2026, 4, 5)),
    length=st.integers(0, 9),
    minutes=st.lists(st.integers(-1500, 30 * 1440), min_size=1, max_size=8),
)
def test_days_are_those_of_the_zone(
    alice: User, zone: str, first: date, length: int, minutes: list[int]
) -> None:
    """Compare with a count of deliveries by hand, over clock changes and odd offsets."""
    with transaction.atomic():
        start = datetime(2026, 3, 20, tzinfo=UTC) - MOMENT
        letters: list[Letter] = [
            (State.SENT, 250, "", minute + int(start.total_seconds() // 60)) for minute in minutes
        ]
        make_attempt(alice, letters)
        counting.catch_up()
        period = Period(first, first + timedelta(days=length), ZoneInfo(zone))
        expected = dict.fromkeys(period.days, 0)
        for moment in Delivery.objects.values_list("finished_at", flat=True):
            day = moment.astimezone(ZoneInfo(zone)).date()  # type: ignore[union-attr]
            if day in expected:
                expected[day] += 1
        assert {day.day: day.sent for day in build(alice, period).days} == expected
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Riga", date(2026, 3, 29), 23),
        ("Europe/Riga", date(2026, 10, 25), 25),
        ("Asia/Beirut", date(2026, 3, 29), 23),  # begins at one o'clock: midnight is skipped
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
    ],
)
def test_a_day_is_as_long_as_the_clock_says(zone: str, day: date, hours: int) -> None:
    period = Period(day, day, ZoneInfo(zone))
    assert period.end - period.begin == timedelta(hours=hours)
    assert period.begin.astimezone(ZoneInfo(zone)).date() == day
    assert (period.begin - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() < day


def test_best_and_worst_are_above_and_below_the_average(alice: User) -> None:
    for failed in range(4):
        letters: list[Letter] = [(State.FAILED, 550, "", 0)] * failed
        letters += [(State.SENT, 250, "", 0)] * (8 - failed)
        make_attempt(alice, letters, mailing__name=f"{failed} failed")
    make_attempt(alice, [(State.SKIPPED, None, "", 0)], mailing__name="nothing tried")
    counting.catch_up()
    report = build(alice, two_days())
    assert [each.name for each in report.best] == ["0 failed", "1 failed"]
    assert [each.name for each in report.worst] == ["3 failed", "2 failed"]


def test_letters_of_deleted_mailings_stay(alice: User, login: Login, sent: Attempt) -> None:
    Mailing.objects.filter(owner=alice).delete()
    report = build(alice, two_days())
    assert of(report.letters) == (2, 1, 1, 1)
    assert [(each.pk, of(each)) for each in report.mailings] == [(None, (2, 1, 1, 1))]
    assert report.best == []
    assert "Deleted mailings" in login(alice).get(PAGE, DAYS).content.decode()


def test_owner_sees_only_what_is_theirs(
    alice: User, bob: User, login: Login, sent: Attempt
) -> None:
    for who, other in ((alice, bob), (bob, alice)):
        for query in (DAYS, {**DAYS, "owner": other.email}):
            page = login(who).get(PAGE, query).content.decode()
            assert f"{who.full_name.split()[0]}&#x27;s news" in page
            assert f"{other.full_name.split()[0]}&#x27;s news" not in page
            assert other.email not in page


def test_manager_sees_everybody_and_each(manager: User, login: Login, sent: Attempt) -> None:
    client = login(manager)
    page = client.get(PAGE, DAYS).content.decode()
    assert "Alice&#x27;s news" in page
    assert "Bob&#x27;s news" in page
    page = client.get(PAGE, {**DAYS, "owner": " BOB@example.org "}).content.decode()
    assert "Alice&#x27;s news" not in page
    assert "Bob&#x27;s news" in page
    assert client.post(PAGE, DAYS).status_code == 405


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"since": "soon", "until": "2026-03-02"}, "Enter a valid date."),
        ({"until": "2026-03-02"}, "Choose the first day, too."),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "cannot be earlier than the first"),
        ({"since": "2024-01-01", "until": "2026-01-01"}, "holds 366 days at the most"),
        ({"since": "2126-01-01"}, "lies in the future"),
        ({"since": "0001-01-01"}, "in 2000 or later"),
        ({"period": "12"}, "Select a valid choice"),
    ],
)
def test_a_wrong_period_is_explained(
    alice: User, login: Login, query: dict[str, str], error: str
) -> None:
    response = login(alice).get(PAGE, query)
    page = response.content.decode()
    assert error in page
    assert "report" not in response.context
    assert login(alice).get(f"{PAGE}all/", query).status_code == 404
    for name in ("since", "until"):
        if query.get(name):
            assert f'value="{query[name]}"' in page


def test_an_unknown_owner_is_explained(manager: User, login: Login) -> None:
    page = login(manager).get(PAGE, {"owner": "nobody@example.org"}).content.decode()
    assert "There is no user with this address" in page
    assert 'value="nobody@example.org"' in page


@pytest.mark.parametrize(
    ("period", "first"),
    [("", "23 Oct"), ("7", "15 Nov"), ("30", "23 Oct"), ("90", "24 Aug"), ("year", "1 Jan")],
)
def test_periods_end_today_in_the_users_zone(
    alice: User, login: Login, period: str, first: str
) -> None:
    alice.time_zone = "Pacific/Auckland"
    alice.save()
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC)):
        page = login(alice).get(PAGE, {"period": period}).content.decode()
    assert f"{first} 2026 – 21 Nov 2026" in page


def test_whole_year_of_366_days(alice: User, login: Login) -> None:
    response = login(alice).get(PAGE, {"since": "2024-01-01", "until": "2024-12-31"})
    assert len(response.context["report"].days) == 366


def test_nothing_sent_is_said(alice: User, login: Login) -> None:
    page = login(alice).get(PAGE).content.decode()
    assert "No letters in this period" in page
    assert '<svg class="chart__drawing"' not in page


# --- fetched again only when new ---


@pytest.fixture
def fetched(alice: User, login: Login, sent: Attempt) -> tuple[Client, Any]:
    client = login(alice)
    client.get(PAGE, DAYS)  # which sets the cookie of the forms
    return client, client.get(PAGE, DAYS)


def again(client: Client, response: Any, **query: str) -> int:
    headers = {"If-None-Match": response["ETag"]}
    return client.get(PAGE, {**DAYS, **query}, headers=headers).status_code


def test_what_is_unchanged_is_not_sent_again(fetched: tuple[Client, Any]) -> None:
    client, response = fetched
    assert "private" in response["Cache-Control"]
    assert "no-cache" in response["Cache-Control"]
    assert again(client, response) == 304
    since = {"If-Modified-Since": response["Last-Modified"]}
    unchanged = client.get(PAGE, DAYS, headers=since)
    assert unchanged.status_code == 304
    assert unchanged.content == b""
    assert "private" in unchanged["Cache-Control"]


def test_new_figures_are_sent(fetched: tuple[Client, Any], alice: User) -> None:
    client, response = fetched
    make_attempt(alice, LETTERS)
    counting.catch_up()
    assert again(client, response) == 200
    assert of(client.get(PAGE, DAYS).context["letters"]) == (4, 2, 2, 2)


def test_what_somebody_else_sends_changes_nothing(fetched: tuple[Client, Any], bob: User) -> None:
    client, response = fetched
    make_attempt(bob, LETTERS)
    counting.catch_up()
    assert again(client, response) == 304


@pytest.mark.parametrize(
    "change", [{"language": "ru"}, {"time_zone": "Asia/Tokyo"}, {"full_name": "Alicia"}]
)
def test_another_look_is_sent(
    fetched: tuple[Client, Any], alice: User, change: dict[str, str]
) -> None:
    client, response = fetched
    since = {"If-Modified-Since": response["Last-Modified"]}
    User.objects.filter(pk=alice.pk).update(**change)
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        assert client.get(PAGE, DAYS, headers=since).status_code == 200
        assert again(client, response) == 200


def test_another_period_is_sent(fetched: tuple[Client, Any]) -> None:
    client, response = fetched
    assert again(client, response, until="2026-03-01") == 200


def test_another_user_gets_nothing_of_it(
    fetched: tuple[Client, Any], bob: User, login: Login
) -> None:
    _client, response = fetched
    assert again(login(bob), response) == 200


def test_a_notice_is_shown(fetched: tuple[Client, Any], alice: User, login: Login) -> None:
    client, response = fetched
    recipient = RecipientFactory.create(owner=alice)
    client.post(reverse("mailing:recipient_delete", args=[recipient.pk]))
    assert again(client, response) == 200


# --- what it costs ---


def test_a_kept_report_asks_for_no_figures(alice: User, sent: Attempt) -> None:
    report_for(alice, alice, two_days())
    with CaptureQueriesContext(connection) as queries:
        report_for(alice, alice, two_days())
    assert len(queries) == 1


def test_a_report_costs_the_same_for_many_mailings(alice: User, login: Login) -> None:
    costs: list[int] = []
    client = login(alice)
    mailing = MailingFactory.create(owner=alice)
    for numbers in (range(3), range(3, 400)):
        mailings = Mailing.objects.bulk_create(
            Mailing(owner=alice, name=f"M{n}", message=mailing.message, starts_at=MOMENT)
            for n in numbers
        )
        Figure.objects.bulk_create(
            Figure(owner=alice, mailing=each, quarter=MOMENT, state="sent", letters=each.pk)
            for each in mailings
        )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE, {**DAYS, "period": str(len(costs))}).status_code == 200
        costs.append(len(queries))
        counting._note(alice.pk)
    assert costs[0] == costs[1]


def test_many_recipients_are_counted_once_in_a_while(
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    queued: list[Any] = []
    monkeypatch.setattr(sizes, "async_task", lambda *task: queued.append(task))
    monkeypatch.setattr(sizes, "COUNTED_EACH_TIME", 3)
    RecipientFactory.create_batch(3, owner=alice)
    with django_assert_num_queries(2):
        assert sizes.size_of(alice).recipients == 3
    RecipientFactory.create(owner=alice)
    assert sizes.size_of(alice).recipients == 4
    RecipientFactory.create(owner=alice)
    with django_assert_num_queries(2):
        assert sizes.size_of(alice).recipients == 4
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        for _visit in range(3):
            with django_capture_on_commit_callbacks(execute=True):
                assert sizes.size_of(alice).recipients == 4
        assert queued == [("mailing.tasks.count_recipients", alice.pk)]
        tasks.count_recipients(alice.pk)
        assert sizes.size_of(alice).recipients == 5


def test_letters_add_up() -> None:
    assert Letters(1, 2, 3, 4) + Letters(1, 1, 1, 1) == Letters(2, 3, 4, 5)
    assert Letters().success is None
    assert last_days(1).first == last_days(1).last
