"""How many of those who are chosen for a mailing get a letter, and why the others do not."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from mailing.models import Mailing, Recipient, Suppression
from mailing.models.audience import Audience, Tally
from mailing.tests.factories import (
    MailingFactory,
    RecipientFactory,
    RecipientListFactory,
    SegmentFactory,
)

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def mailing(alice: User, bob: User) -> Mailing:
    """Seven on a list, four of them on another one too; only the last gets a letter."""
    names = ("left", "gone", "bounced", "angry", "mine", "all", "reached")
    rows = {name: RecipientFactory.create(owner=alice, email=f"{name}@x.org") for name in names}
    for name, state in (("gone", "unsubscribed"), ("bounced", "bounced"), ("angry", "complained")):
        Recipient.objects.filter(pk=rows[name].pk).update(state=state)
    Suppression.objects.create(owner=alice, email="mine@x.org")
    Suppression.objects.create(owner=None, email="all@x.org")
    Suppression.objects.create(owner=bob, email="reached@x.org")
    everybody, some, left_out = (
        RecipientListFactory.create(owner=alice, recipients=chosen)
        for chosen in (rows.values(), list(rows.values())[3:], [rows["left"]])
    )
    return MailingFactory.create(
        owner=alice,
        lists=[everybody, some],
        recipients=[rows["reached"]],
        excluded_lists=[left_out],
    )


def plan(client: Client, mailing: Mailing, **query: str) -> str:
    address = reverse("mailing:mailing_plan", args=[mailing.pk])
    return client.get(address, query, headers=HTMX).content.decode()


def test_everybody_falls_out_for_one_reason_or_gets_a_letter(mailing: Mailing) -> None:
    assert Audience(mailing).tally() == Tally(
        chosen=12,
        duplicates=5,
        left_out=1,
        unsubscribed=1,
        bounced=1,
        complained=1,
        suppressed=1,
        suppressed_everywhere=1,
        reached=1,
    )


def test_whoever_falls_out_for_several_reasons_is_counted_once(mailing: Mailing) -> None:
    Recipient.objects.filter(email="left@x.org").update(state="bounced")
    Suppression.objects.create(owner=None, email="mine@x.org")
    tally = Audience(mailing).tally()
    assert (tally.left_out, tally.bounced, tally.suppressed) == (1, 1, 1)


def test_whoever_is_in_a_segment_counts_like_one_on_a_list(alice: User, mailing: Mailing) -> None:
    Recipient.objects.filter(email="reached@x.org").update(attributes={"city": "Riga"})
    RecipientFactory.create(owner=alice, attributes={"city": "Riga"})
    mailing.segments.add(SegmentFactory.create(owner=alice))
    tally = Audience(mailing).tally()
    assert (tally.chosen, tally.duplicates, tally.reached) == (14, 6, 2)


def test_a_mailing_to_nobody_has_nothing_to_count(alice: User) -> None:
    assert Audience(MailingFactory.create(owner=alice)).tally() == Tally()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(
        st.tuples(
            st.sampled_from(Recipient.State.values),
            st.sets(st.sampled_from(["a", "b", "out", "single", "mine", "all"])),
        ),
        max_size=8,
    )
)
def test_the_count_says_exactly_whom_a_run_would_write_to(
    alice: User, people: list[tuple[str, set[str]]]
) -> None:
    Recipient.objects.all().delete()
    Suppression.objects.all().delete()
    lists = {name: RecipientListFactory.create(owner=alice) for name in ("a", "b", "out")}
    mailing = MailingFactory.create(
        owner=alice, lists=[lists["a"], lists["b"]], excluded_lists=[lists["out"]]
    )
    for state, marks in people:
        reader = RecipientFactory.create(owner=alice, state=state)
        reader.lists.set([lists[name] for name in lists.keys() & marks])
        if "single" in marks:
            mailing.recipients.add(reader)
        for name, owner in (("mine", alice), ("all", None)):
            if name in marks:
                Suppression.objects.create(owner=owner, email=reader.email)
    tally = Audience(mailing).tally()
    taken = sum(vars(tally).values()) - tally.chosen - tally.reached
    assert tally.reached == mailing.audience().count()
    assert tally.chosen - taken == tally.reached


def test_the_page_comes_without_counting_and_asks_for_the_count(
    alice: User, login: Login, mailing: Mailing
) -> None:
    client = login(alice)
    address = reverse("mailing:mailing_plan", args=[mailing.pk])
    for page in (mailing.get_absolute_url(), reverse("mailing:mailing_review", args=[mailing.pk])):
        with CaptureQueriesContext(connection) as queries:
            shown = client.get(page).content.decode()
        assert f'hx-get="{address}" hx-trigger="load"' in shown
        assert f'<a href="{address}">' in shown
        assert not any("mailing_suppression" in query["sql"] for query in queries)


def test_the_count_is_a_page_of_its_own_without_javascript(
    alice: User, login: Login, mailing: Mailing
) -> None:
    shown = login(alice).get(reverse("mailing:mailing_plan", args=[mailing.pk])).content.decode()
    assert "<html" in shown
    assert "suppressed for everybody" in shown


def test_what_remains_is_said_after_each_exclusion(
    alice: User, login: Login, mailing: Mailing
) -> None:
    shown = plan(login(alice), mailing)
    assert "<html" not in shown
    left = [int(part.partition("<")[0]) for part in shown.split("leaves ")[1:]]
    assert left == [7, 6, 5, 4, 3, 2, 1]


def test_how_long_it_takes_is_said_where_there_is_a_limit(
    alice: User, login: Login, settings: LazySettings
) -> None:
    readers = RecipientFactory.create_batch(60, owner=alice)
    mailing = MailingFactory.create(owner=alice, recipients=readers)
    client = login(alice)
    assert "sending limits" not in plan(client, mailing) + plan(client, mailing, short="")
    settings.OWNER_RATE_PER_HOUR = 20
    for shown in (plan(client, mailing), plan(client, mailing, short="")):
        assert "That takes about 3\N{NO-BREAK SPACE}hours under the sending limits." in shown


def test_the_question_before_sending_asks_to_how_many_it_goes(
    alice: User, login: Login, mailing: Mailing
) -> None:
    client = login(alice)
    question = client.get(reverse("mailing:mailing_action", args=[mailing.pk, "run"]))
    address = reverse("mailing:mailing_plan", args=[mailing.pk])
    assert f'hx-get="{address}?short"' in question.content.decode()
    assert "It goes to 1 recipient." in plan(client, mailing, short="")


def test_a_count_that_took_long_is_shown_again_for_a_while_with_its_time(
    alice: User, login: Login, mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = login(alice)
    now, then = "As things are now", "As things were at"
    total = "<dt>get a letter</dt><dd>{}</dd>"
    assert now in plan(client, mailing)
    assert now in plan(client, mailing)  # it took no time
    monkeypatch.setattr("mailing.views.plan.SLOW", 0)
    assert now in plan(client, mailing)
    mailing.recipients.add(RecipientFactory.create(owner=alice))
    kept = plan(client, mailing)
    assert then in kept
    assert total.format(1) in kept
    assert "It goes to 2 recipients." in plan(client, mailing, short="")
    mailing.save()  # as every step of planning does
    changed = plan(client, mailing)
    assert now in changed
    assert total.format(2) in changed


def test_counting_takes_as_many_queries_for_a_thousand_as_for_ten(
    alice: User, login: Login
) -> None:
    client = login(alice)
    readers = RecipientListFactory.create(owner=alice)
    mailing = MailingFactory.create(owner=alice, lists=[readers])
    counts = []
    for number in (10, 1000):
        rows = Recipient.objects.bulk_create(
            Recipient(owner=alice, email=f"r{number}-{n}@example.org") for n in range(number)
        )
        readers.recipients.add(*rows)
        with CaptureQueriesContext(connection) as queries:
            plan(client, mailing)
        counts.append(len(queries))
    assert counts[0] == counts[1]
