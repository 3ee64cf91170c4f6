"""What is done with many recipients at once: ticked ones, or all that match."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing import changing, tasks
from mailing.criteria import Criteria
from mailing.models import Recipient, RecipientChange, RecipientList
from mailing.tests.factories import (
    DeliveryFactory,
    RecipientFactory,
    RecipientListFactory,
    SegmentFactory,
)

Login = Callable[[User], Client]
BULK = reverse("mailing:recipients_bulk")
PAGE = reverse("mailing:recipients")


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def readers(alice: User) -> RecipientList:
    return RecipientListFactory.create(owner=alice, name="Readers")


@pytest.fixture
def three(alice: User) -> list[Recipient]:
    return [
        RecipientFactory.create(
            owner=alice, email=f"{name}@example.org", full_name=name, attributes={"city": city}
        )
        for name, city in (("ann", "Riga"), ("ben", "Oslo"), ("cid", "Riga"))
    ]


def ticked(action: str, *recipients: Recipient, **more: Any) -> dict[str, Any]:
    keys = [recipient.pk for recipient in recipients]
    return {"scope": "ticked", "action": action, "recipient": keys, **more}


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_ticked_recipients_go_on_a_list_and_off_it(
    client: Client, three: list[Recipient], readers: RecipientList
) -> None:
    ann, ben, _cid = three
    form = ticked("add", ann, ben, list=readers.pk)
    assert "2 recipients are on the list “Readers” now" in said(
        client.post(BULK, form, follow=True)
    )
    client.post(BULK, form)
    assert set(readers.recipients.all()) == {ann, ben}
    response = client.post(BULK, ticked("remove", ann, list=readers.pk), follow=True)
    assert "no longer on the list" in said(response)
    assert set(readers.recipients.all()) == {ben}


def test_all_that_match_are_meant_when_the_filters_say_so(
    client: Client, three: list[Recipient], readers: RecipientList, bob: User
) -> None:
    RecipientFactory.create(owner=bob, attributes={"city": "Riga"})
    address = f"{BULK}?key=city&value=Riga"
    form = {"scope": "all", "action": "add", "list": readers.pk}
    response = client.post(address, form)
    assert response["Location"] == f"{PAGE}?key=city&value=Riga"
    assert {row.full_name for row in readers.recipients.all()} == {"ann", "cid"}


def test_deletion_asks_first_and_keeps_the_counts(client: Client, three: list[Recipient]) -> None:
    ann, ben, _cid = three
    letter = DeliveryFactory.create(attempt__mailing__owner=ann.owner, recipient=ann)
    page = client.post(BULK, ticked("delete", ann, ben)).content.decode()
    assert "Delete 2 recipients?" in page
    assert Recipient.objects.count() == 3
    response = client.post(BULK, ticked("delete", ann, ben, confirmed="1"), follow=True)
    assert "2 recipients were deleted." in said(response)
    assert Recipient.objects.get().full_name == "cid"
    letter.refresh_from_db()
    assert (letter.email, letter.recipient) == ("", None)


def test_taking_all_that_match_off_a_list_asks_first(
    client: Client, three: list[Recipient], readers: RecipientList
) -> None:
    readers.recipients.set(three)
    form = {"scope": "all", "action": "remove", "list": readers.pk}
    page = client.post(f"{BULK}?q=b", form).content.decode()
    assert "Take 1 recipient off the list “Readers”?" in page
    assert readers.recipients.count() == 3
    client.post(f"{BULK}?q=b", form | {"confirmed": "1"})
    assert {row.full_name for row in readers.recipients.all()} == {"ann", "cid"}


def test_export_writes_what_is_meant_in_the_search_and_filters(
    client: Client, three: list[Recipient], bob: User
) -> None:
    RecipientFactory.create(owner=bob, attributes={"city": "Riga"})
    response: Any = client.post(f"{BULK}?key=city&value=Riga", {"scope": "all", "action": "export"})
    assert response.streaming
    assert "attachment" in response["Content-Disposition"]
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert [row["full_name"] for row in csv.DictReader(StringIO(text))] == ["ann", "cid"]
    response = client.post(BULK, ticked("export", three[1]))
    assert b"ben@example.org" in b"".join(response.streaming_content)


@pytest.mark.parametrize("action", ["add", "remove", "delete", "export"])
def test_recipients_of_others_are_refused_and_nothing_is_done(
    client: Client, three: list[Recipient], readers: RecipientList, bob: User, action: str
) -> None:
    theirs = RecipientFactory.create(owner=bob)
    form = ticked(action, three[0], theirs, list=readers.pk, confirmed="1")
    response = client.post(BULK, form, follow=True)
    assert "no longer there" in said(response)
    assert Recipient.objects.count() == 4
    assert not readers.recipients.exists()


def test_lists_of_others_are_refused(client: Client, three: list[Recipient], bob: User) -> None:
    theirs = RecipientListFactory.create(owner=bob, name="Hidden")
    response = client.post(BULK, ticked("add", *three, list=theirs.pk), follow=True)
    assert "valid choice" in said(response)
    assert not theirs.recipients.exists()
    assert "Hidden" not in response.content.decode()


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ({"scope": "ticked", "action": "delete"}, "Tick the recipients first"),
        ({"scope": "all", "action": "add"}, "Choose the list"),
        ({"scope": "ticked", "action": "delete", "recipient": ["x"]}, "valid choice"),
        ({"scope": "ticked", "action": "delete", "recipient": ["9" * 30]}, "valid choice"),
        ({"scope": "all", "action": "sell"}, "valid choice"),
        ({}, "required"),
    ],
)
def test_what_is_missing_is_said(
    client: Client, three: list[Recipient], form: dict[str, Any], text: str
) -> None:
    assert text in said(client.post(BULK, form, follow=True))
    assert Recipient.objects.count() == 3


def test_managers_strangers_and_readers_of_the_page_change_nothing(
    manager: User, login: Login, client: Client
) -> None:
    form = {"scope": "all", "action": "delete", "confirmed": "1"}
    assert client.get(BULK).status_code == 405
    assert login(manager).post(BULK, form).status_code == 403
    assert Client().post(BULK, form).status_code == 302


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few be many."""
    for name, value in {"AT_ONCE": 5, "BATCH": 2, "PART": 4}.items():
        monkeypatch.setattr(changing, name, value)


@pytest.mark.usefixtures("_small")
def test_many_are_changed_in_the_background_in_small_parts(
    client: Client,
    alice: User,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    RecipientFactory.create_batch(11, owner=alice)
    woken: list[tuple[str, int]] = []
    monkeypatch.setattr(changing, "async_task", lambda *task: woken.append(task))
    form = {"scope": "all", "action": "delete", "confirmed": "1"}
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(BULK, form, follow=True)
    assert "in the background" in said(response)
    assert Recipient.objects.count() == 11
    change = RecipientChange.objects.get()
    assert woken == [("mailing.tasks.change_recipients", change.pk)]
    RecipientFactory.create(owner=alice, full_name="came later")
    left = []
    while woken:
        _task, key = woken.pop()
        with django_capture_on_commit_callbacks(execute=True):
            tasks.change_recipients(key)
        left.append(Recipient.objects.count())
    assert left == [8, 4, 1]
    change.refresh_from_db()
    assert (change.total, change.done) == (11, 11)
    assert change.finished_at
    assert Recipient.objects.get().full_name == "came later"


@pytest.mark.usefixtures("_small")
def test_a_doubled_or_late_task_changes_nothing(alice: User) -> None:
    RecipientFactory.create_batch(8, owner=alice)
    change = changing.change(alice, Criteria(), "delete", None)
    before = change.last_key
    assert changing.go_on(change.pk)
    keys = list(Recipient.objects.values_list("pk", flat=True))
    assert not changing._change_batch(change.pk, before, keys[:2])
    assert Recipient.objects.count() == 4
    assert changing.go_on(change.pk)
    assert not changing.go_on(change.pk)
    assert not changing.go_on(change.pk)
    assert RecipientChange.objects.get().done == 8


@pytest.mark.usefixtures("_small")
def test_what_was_lost_is_woken_by_the_tick_unless_the_owner_is_blocked(
    alice: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    RecipientFactory.create_batch(8, owner=alice)
    change = changing.change(alice, Criteria(), "delete", None)
    woken: list[tuple[str, int]] = []
    monkeypatch.setattr(changing, "async_task", lambda *task: woken.append(task))

    def tick(now: Any) -> int:
        woken.clear()
        with django_capture_on_commit_callbacks(execute=True):
            changing.wake_idle(now)
        return len(woken)

    assert tick(timezone.now()) == 0
    assert tick(timezone.now() + timedelta(minutes=2)) == 1
    alice.block(None, "spam")
    assert tick(timezone.now() + timedelta(minutes=2)) == 0
    assert not changing.go_on(change.pk)
    assert Recipient.objects.count() == 8


@pytest.mark.usefixtures("_small")
def test_the_page_shows_how_far_a_change_is(
    client: Client, alice: User, bob: User, login: Login
) -> None:
    RecipientFactory.create_batch(8, owner=alice)
    change = changing.change(alice, Criteria(), "delete", None)
    changing.go_on(change.pk)
    address = reverse("mailing:recipients_change", args=[change.pk])
    page = client.get(PAGE).content.decode()
    assert "Delete: 4 of 8 done." in page
    assert f'hx-get="{address}"' in page
    part = client.get(address, headers={"HX-Request": "true"})
    assert "4 of 8" in part.content.decode()
    assert client.get(address).status_code == 302
    assert login(bob).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    RecipientChange.objects.update(finished_at=timezone.now())
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "done for 4 recipients" in client.get(PAGE).content.decode()
    RecipientChange.objects.update(updated_at=F("updated_at") - timedelta(hours=1))
    assert "done for 4" not in client.get(PAGE).content.decode()


def test_a_batch_costs_the_same_for_few_and_many(alice: User, readers: RecipientList) -> None:
    counts = []
    for number in (3, 300):
        RecipientFactory.create_batch(number, owner=alice)
        with CaptureQueriesContext(connection) as queries:
            changing.change(alice, Criteria(), "add", readers)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert readers.recipients.count() == 303


def found(client: Client, **query: Any) -> list[str]:
    page = client.get(PAGE, {"sort": "email"} | query).context["page_obj"]
    return [row.full_name for row in page]


def test_filters_of_attribute_segment_and_date(
    client: Client, alice: User, bob: User, three: list[Recipient]
) -> None:
    assert found(client, key="city", value="Riga") == ["ann", "cid"]
    assert found(client, key="city") == ["ann", "ben", "cid"]
    assert found(client, key="shoe") == []
    assert found(client, segment=SegmentFactory.create(owner=alice).pk) == ["ann", "cid"]
    assert len(found(client, segment=SegmentFactory.create(owner=bob).pk)) == 3
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    noon = timezone.now().replace(year=2030, month=5, day=31, hour=20, minute=0)
    Recipient.objects.filter(pk=three[0].pk).update(created_at=noon)
    assert found(client, added_from="2030-06-01") == ["ann"]
    assert found(client, added_from="2030-06-02") == []
    assert found(client, added_to="2030-05-31") == ["ben", "cid"]


@pytest.mark.parametrize(
    "query",
    [{"key": "A B"}, {"key": "\0"}, {"added_from": "soon"}, {"added_to": "9999-12-31"},
     {"segment": "x"}, {"segment": "9" * 40}],
)  # fmt: skip
def test_filters_without_meaning_are_left_out(
    client: Client, three: list[Recipient], query: dict[str, str]
) -> None:
    assert len(found(client, **query)) == 3
