"""Watching letters leave: the page keeps up by itself, and stops when there is nothing to see."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt, Delivery, Mailing
from mailing.tests.factories import AttemptFactory, DeliveryFactory, SenderFactory
from mailing.trouble import UNKNOWN, meaning
from mailing.views.progress import Seen, Watch

Login = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def attempt(alice: User) -> Attempt:
    """A running attempt of ten, six of which have a result."""
    return AttemptFactory.create(
        mailing__owner=alice,
        mailing__name="Weekly",
        total=10,
        sent=3,
        failed=1,
        skipped=1,
        uncertain=1,
    )


def address(attempt: Attempt) -> str:
    return reverse("mailing:attempt_progress", args=[attempt.pk])


def ask(client: Client, attempt: Attempt, **query: Any) -> Any:
    return client.get(address(attempt), query, headers=HTMX)


def watch(attempt: Attempt, seconds: float, **seen: Any) -> Watch:
    """Look at an attempt so many seconds after it was seen."""
    now = timezone.now()
    at = int(now.timestamp() - seconds)
    return Watch(attempt, Seen(**({"at": at} | seen)), now)


def test_the_page_asks_how_far_it_is_while_it_runs(client: Client, attempt: Attempt) -> None:
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert f'hx-get="{address(attempt)}?' in page
    assert 'hx-trigger="every 2s"' in page
    assert "htmx" in page.partition("</head>")[0]
    assert f'<noscript><a href="{attempt.get_absolute_url()}">' in page


def test_the_answer_is_that_part_alone_and_asks_again(client: Client, attempt: Attempt) -> None:
    fragment = ask(client, attempt).content.decode()
    assert "60 %" in fragment
    assert "<html" not in fragment
    assert f'hx-get="{address(attempt)}?' in fragment


def test_without_htmx_it_leads_to_the_page(client: Client, attempt: Attempt) -> None:
    assert client.get(address(attempt))["Location"] == attempt.get_absolute_url()


def test_at_the_end_it_stops_without_reading_the_page_anew(
    client: Client, attempt: Attempt
) -> None:
    Attempt.objects.update(status="partial", finished_at=timezone.now())
    Mailing.objects.update(status="finished")
    answer = ask(client, attempt, was="running")
    fragment = answer.content.decode()
    assert answer.status_code == 286
    assert "HX-Refresh" not in answer
    assert "hx-get" not in fragment
    assert "badge--partial" in fragment
    assert answer["HX-Trigger"] == '{"attempt-ended": {}}'


@pytest.mark.parametrize(
    ("page", "parts"), [("attempt", {"attempt-actions", "attempt-rest"}),
                        ("mailing", {"mailing-actions", "attempts"}), ("home", set())]
)  # fmt: skip
def test_what_is_told_at_the_end_is_heard_where_it_concerns_something(
    client: Client, attempt: Attempt, page: str, parts: set[str]
) -> None:
    pages = {"attempt": attempt.get_absolute_url(), "home": reverse("mailing:home")}
    address = pages.get(page, attempt.mailing.get_absolute_url())
    heard = r'id="([a-z-]+)" hx-get="([^"]+)" hx-trigger="[^"]*attempt-ended from:body"'
    found = re.findall(heard, client.get(address).content.decode())
    assert set(found) == {(part, address) for part in parts}
    for part in parts:
        assert f'hx-select="#{part}"' in client.get(address).content.decode()
    assert "hx-swap-oob" not in client.get(address).content.decode()
    Attempt.objects.update(status="success", finished_at=timezone.now())
    assert "attempt-ended" not in client.get(address).content.decode()


def test_what_senders_have_counted_and_not_passed_on_is_in_it(attempt: Attempt) -> None:
    SenderFactory.create(attempt=attempt, sent=2, failed=1)
    SenderFactory.create(attempt=attempt, skipped=1)
    SenderFactory.create(sent=100)
    progress = attempt.progress
    assert (progress.sent, progress.failed, progress.skipped) == (5, 2, 2)
    assert (progress.done, progress.waiting, progress.percent) == (10, 0, 100)


def test_it_costs_the_same_with_many_letters_and_senders(client: Client, attempt: Attempt) -> None:
    counts = []
    for number in (1, 300):
        SenderFactory.create(attempt=attempt)
        Delivery.objects.bulk_create(
            Delivery(attempt=attempt, email=f"r{number}-{n}@example.org") for n in range(number)
        )
        with CaptureQueriesContext(connection) as queries:
            ask(client, attempt)
        counts.append(len(queries))
        assert not any("mailing_delivery" in query["sql"] for query in queries)
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("before", "seconds", "rate"), [(0, 60, 6), (3, 30, 6), (6, 30, 0)])
def test_the_rate_is_of_the_time_since_it_was_seen(
    attempt: Attempt, before: int, seconds: float, rate: int
) -> None:
    assert watch(attempt, seconds, done=before).rate == rate


def test_the_first_look_reckons_from_the_beginning(attempt: Attempt) -> None:
    attempt.started_at = timezone.now() - timedelta(minutes=2)
    assert Watch(attempt, Seen()).rate == 3


def test_the_rate_stays_of_the_last_minute_and_never_of_a_moment() -> None:
    """Looking every two seconds, it is reckoned over half a minute at least from then on."""
    seen, spans = Seen(), []
    for now in range(1000, 1400, 2):
        seen = Seen(**(Seen().__dict__ | seen.later(now, now)))
        spans.append(now - seen.at)
    assert max(spans) <= 60
    assert min(spans[16:]) >= 28


def test_time_left_follows_from_the_rate(attempt: Attempt) -> None:
    Attempt.objects.update(total=126)
    assert watch(attempt, 60, done=0).time_left == "20\N{NO-BREAK SPACE}minutes"
    assert watch(attempt, 60, done=6).time_left == ""


def test_time_left_respects_the_limits(attempt: Attempt, settings: LazySettings) -> None:
    Attempt.objects.update(total=126)
    settings.OWNER_RATE_PER_HOUR = 60
    assert watch(attempt, 60, done=0).time_left.startswith("2\N{NO-BREAK SPACE}hours")


@pytest.mark.parametrize("what", ["paused", "trouble"])
def test_nothing_is_foretold_while_letters_wait(attempt: Attempt, what: str) -> None:
    Attempt.objects.update(total=126)
    if what == "paused":
        attempt.mailing.status = "paused"
    else:
        attempt.trouble_since = timezone.now()
    seen = watch(attempt, 60, done=0)
    assert (seen.moves, seen.time_left) == (False, "")


def test_looks_become_rarer_while_nothing_moves_and_quick_again(
    client: Client, attempt: Attempt
) -> None:
    delays, calm = [], 0
    for _look in range(10):
        seen = watch(attempt, 2, last=6, calm=calm)
        calm = seen.calm
        delays.append(seen.delay)
    assert delays == [2, 2, 4, 8, 16, 30, 30, 30, 30, 30]
    assert watch(attempt, 2, last=5, calm=10).delay == 2


@pytest.mark.parametrize("text", ["", "x", "-1", "1e9", "9" * 50, "٣", "nan"])
def test_nonsense_in_the_address_is_left_out(client: Client, attempt: Attempt, text: str) -> None:
    names = ("at", "done", "then", "by_then", "last", "calm", "said", "was")
    assert ask(client, attempt, **dict.fromkeys(names, text)).status_code == 200


def test_only_milestones_are_read_out(client: Client, attempt: Attempt) -> None:
    said = f'id="attempt-{attempt.pk}-said"'
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert f'role="status" {said}></p>' in page
    assert said in ask(client, attempt, said=25).content.decode()
    assert said not in ask(client, attempt, said=50).content.decode()


def test_buttons_are_exchanged_only_when_the_status_is_another(
    client: Client, attempt: Attempt
) -> None:
    assert "HX-Trigger" not in ask(client, attempt, was="running")
    Mailing.objects.update(status="paused")
    answer = ask(client, attempt, was="running")
    assert answer["HX-Trigger"] == '{"attempt-changed": {}}'
    resume = reverse("mailing:mailing_action", args=[attempt.mailing.pk, "resume"])
    assert resume in client.get(attempt.get_absolute_url()).content.decode()


def test_a_manager_is_given_no_more_by_the_answer_than_by_the_page(
    manager: User, login: Login, attempt: Attempt
) -> None:
    Attempt.objects.update(finished_at=timezone.now())
    DeliveryFactory.create(attempt=attempt, state="uncertain")
    fragment = ask(login(manager), attempt).content.decode()
    assert reverse("mailing:attempt_action", args=[attempt.pk, "mark"]) not in fragment
    assert reverse("mailing:mailing_action", args=[attempt.mailing.pk, "pause"]) not in fragment


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        ("421 4.7.0 Try again later", "no time for us"),
        ("535 5.7.8 Error", "login"),
        ("451 <x>", "error of its own"),
        ("499 whatever", "cannot take letters at the moment"),
        ("599 whatever", "takes no letters from us"),
        ("[Errno 111] Connection refused", "Nothing answers"),
        ("The server took too long", "in time"),
        ("The server closed the connection", "broke off"),
        ("[Errno -2] Name or service not known", "name is not found"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED]", "secure connection"),
    ],
)
def test_answers_of_a_server_in_trouble_are_explained(answer: str, part: str) -> None:
    assert part in str(meaning(answer))


@pytest.mark.parametrize("answer", ["", "4", "what?", "2500"])
def test_an_answer_that_nobody_knows_is_not_guessed_at(answer: str) -> None:
    assert meaning(answer) == UNKNOWN
