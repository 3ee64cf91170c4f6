"""Segments in the dashboard: the condition builder with and without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Func, TextField, Value
from django.db.models.functions import Cast
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt, Mailing, Recipient, Segment
from mailing.models.segment import count_in_time
from mailing.sending.dispatch import open_attempt
from mailing.tests.factories import (
    DeliveryFactory,
    MailingFactory,
    RecipientFactory,
    RecipientListFactory,
    SegmentFactory,
)

Login = Callable[[User], Client]
CREATE = reverse("mailing:segment_create")
COUNT = reverse("mailing:segments_count")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


def posted(*rows: dict[str, Any], name: str = "Rigans", **more: Any) -> dict[str, Any]:
    """Return the builder's form as a browser posts it."""
    form: dict[str, Any] = {"name": name, "match-0": "all", **more}
    for place, row in enumerate(rows):
        form |= {f"row-{place}-{part}": value for part, value in ({"group": 0} | row).items()}
    return form


CITY = {"kind": "attribute", "key": "city", "test": "is", "value": "Riga"}
RECENT = {"kind": "letters", "test": "got", "value": "30"}


def test_owner_makes_a_segment(client: Client, alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice)
    form = posted(
        CITY,
        {"kind": "list", "test": "on", "value": readers.pk},
        {**RECENT, "group": 2},
        {"kind": "ever", "test": "never_got", "group": 2},
        **{"match-2": "any"},
    )
    response = client.post(CREATE, form, follow=True)
    assert "was created" in response.content.decode()
    assert Segment.objects.get().rules == {
        "match": "all",
        "conditions": [
            {"kind": "attribute", "test": "is", "key": "city", "value": "Riga"},
            {"kind": "list", "test": "on", "value": readers.pk},
            {
                "match": "any",
                "conditions": [
                    {"kind": "letters", "test": "got", "value": 30},
                    {"kind": "ever", "test": "never_got"},
                ],
            },
        ],
    }


def test_saved_conditions_come_back_into_the_form_as_they_were(client: Client, alice: User) -> None:
    rules = {
        "match": "any",
        "conditions": [
            {"kind": "added", "test": "after", "value": "2030-05-31"},
            {"match": "all", "conditions": [{"kind": "name", "test": "contains", "value": "Ann"}]},
        ],
    }
    segment = SegmentFactory.create(owner=alice, rules=rules)
    address = reverse("mailing:segment_edit", args=[segment.pk])
    form = client.get(address).context["form"]
    values = {"name": "Other", "match-0": "any", "match-1": "all"}
    for condition in form.conditions:
        values |= {field.html_name: field.value() for field in condition}
    assert client.post(address, values).status_code == 302
    segment = Segment.objects.get()
    assert (segment.name, segment.rules) == ("Other", rules)


def test_buttons_add_and_remove_conditions_and_keep_what_was_typed(client: Client) -> None:
    def rows(response: Any) -> list[tuple[str, str]]:
        assert response.status_code == 200
        return [(form.row.kind, form.row.value) for form in response.context["form"].conditions]

    added = client.post(CREATE, posted(CITY, add="0", **{"kind-0": "state"}))
    assert rows(added) == [("attribute", "Riga"), ("state", "")]
    assert added.context["form"]["name"].value() == "Rigans"
    assert "field__errors" not in added.content.decode()
    removed = client.post(CREATE, posted(CITY, RECENT, remove="0"))
    assert rows(removed) == [("letters", "30")]
    grouped = client.post(CREATE, posted(CITY, add_group="1"))
    assert rows(grouped) == [("attribute", "Riga"), ("attribute", "")]
    assert grouped.context["form"].draft.matches == {0: "all", 1: "any"}
    two = posted(CITY, {**RECENT, "group": 1}, remove_group="1", **{"match-1": "any"})
    assert rows(client.post(CREATE, two)) == [("attribute", "Riga")]
    assert not Segment.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"add": "9"},
        {"add": "x"},
        {"add": "0", "kind-0": "password"},
        {"remove": "99"},
        {"add": "²"},
    ],
)
def test_buttons_that_no_page_has_change_nothing(client: Client, more: dict[str, str]) -> None:
    response = client.post(CREATE, posted(CITY, name="", **more))
    assert [form.row.kind for form in response.context["form"].conditions] == ["attribute"]


@pytest.mark.parametrize(
    ("row", "field", "text"),
    [
        ({**CITY, "key": "City name"}, "key", "name of an attribute"),
        ({**CITY, "value": " "}, "value", "what to compare with"),
        ({**CITY, "test": "sql"}, "test", "valid choice"),
        ({**RECENT, "value": "0"}, "value", "greater than or equal to 1"),
        ({**RECENT, "value": ""}, "value", "number of days"),
        ({"kind": "added", "test": "before", "value": "soon"}, "value", "like 2030-05-31"),
        ({"kind": "list", "test": "on", "value": ""}, "value", "Choose a list"),
        ({"kind": "mailing", "test": "got", "value": "x"}, "value", "valid choice"),
    ],
)
def test_what_is_wrong_is_said_at_its_condition(
    client: Client, row: dict[str, Any], field: str, text: str
) -> None:
    response = client.post(CREATE, posted(RECENT, row))
    form = response.context["form"]
    assert list(form.conditions[1].errors) == [field]
    assert text in str(form.conditions[1].errors[field])
    assert not form.conditions[0].errors
    assert form.errors["__all__"] == ["Correct the conditions below."]


def test_a_segment_without_conditions_is_refused(client: Client) -> None:
    errors = client.post(CREATE, posted()).context["form"].errors
    assert errors["__all__"] == ["Add at least one condition."]


def test_names_are_unique_for_each_owner(client: Client, alice: User, bob: User) -> None:
    SegmentFactory.create(owner=bob, name="Rigans")
    assert client.post(CREATE, posted(CITY)).status_code == 302
    again = client.post(CREATE, posted(CITY, name="RIGANS"))
    assert again.context["form"].errors == {"name": ["You have a segment with this name already."]}


@pytest.mark.parametrize("kind", ["list", "mailing"])
def test_what_others_have_is_neither_offered_nor_taken(
    client: Client, alice: User, bob: User, kind: str
) -> None:
    factory: Any = {"list": RecipientListFactory, "mailing": MailingFactory}[kind]
    theirs = factory.create(owner=bob, name="Hidden")
    row = {"kind": kind, "test": {"list": "not_on"}.get(kind, "not_got"), "value": theirs.pk}
    response = client.post(CREATE, posted(row))
    assert list(response.context["form"].conditions[0].errors) == ["value"]
    assert "Hidden" not in response.content.decode()
    RecipientFactory.create(owner=alice)
    assert "Fill in the conditions" in client.post(COUNT, posted(row)).content.decode()
    assert not Segment.objects.exists()


def test_the_count_follows_the_conditions(client: Client, alice: User, bob: User) -> None:
    for number in range(7):
        city = "Riga" if number else "Oslo"
        RecipientFactory.create(owner=alice, attributes={"city": city}, email=f"r{number}@x.org")
    RecipientFactory.create(owner=bob, attributes={"city": "Riga"}, email="hidden@x.org")
    page = client.post(COUNT, posted(CITY), headers=HTMX).content.decode()
    assert "<strong>6</strong> recipients" in page
    assert "r6@x.org" in page
    assert "hidden@x.org" not in page
    assert "<html" not in page
    assert "Fill in" in client.post(COUNT, posted({**CITY, "value": ""})).content.decode()
    without_script = client.post(CREATE, posted(CITY, count="1")).content.decode()
    assert "<strong>6</strong> recipients" in without_script
    assert client.get(COUNT).status_code == 405


def test_the_page_of_a_segment_says_its_conditions_in_words(client: Client, alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice, name="<Readers>")
    parts = [
        {"kind": "attribute", "key": "city", "test": "is_not", "value": "<b>Riga"},
        {"match": "any", "conditions": [{"kind": "list", "test": "on", "value": readers.pk}]},
        {"kind": "list", "test": "on", "value": 10**9},
        {"kind": "state", "test": "is", "value": "bounced"},
    ]
    rules = {"match": "all", "conditions": parts}
    segment = SegmentFactory.create(owner=alice, rules=rules)
    mailing = MailingFactory.create(owner=alice, segments=[segment])
    page = client.get(segment.get_absolute_url()).content.decode()
    for text in (
        "attribute city is not “&lt;b&gt;Riga”",
        "is on the list “&lt;Readers&gt;”",
        "is on the list (deleted)",
        "state is bounced",
        mailing.name,
    ):
        assert text in page
    alice.language = "ru"
    alice.save()
    page = client.get(segment.get_absolute_url()).content.decode()
    assert "«&lt;b&gt;Riga»" in page
    assert "«&lt;Readers&gt;»" in page


def test_who_fulfils_a_segment_is_asked_for_by_its_page(
    client: Client, alice: User, bob: User, login: Login
) -> None:
    segment = SegmentFactory.create(owner=alice)
    RecipientFactory.create(owner=alice, attributes={"city": "Riga"}, email="r@x.org")
    address = reverse("mailing:segment_matches", args=[segment.pk])
    assert "r@x.org" in client.get(address, headers=HTMX).content.decode()
    plain = client.get(address, follow=True)
    assert plain.redirect_chain
    assert "r@x.org" in plain.content.decode()
    assert login(bob).get(address).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no time limit")
def test_counting_gives_up_after_its_time(alice: User) -> None:
    RecipientFactory.create_batch(2, owner=alice)
    recipients: Any = Recipient.objects.owned_by(alice)
    assert count_in_time(recipients) == 2
    sleep = Func(Value(1.5), function="PG_SLEEP", output_field=TextField())
    slow = recipients.alias(slept=Cast(sleep, TextField())).filter(slept="")
    assert count_in_time(slow, seconds=1) is None
    assert count_in_time(recipients) == 2


def test_mailing_goes_to_whom_its_segments_find_when_it_starts(alice: User, bob: User) -> None:
    single = RecipientFactory.create(owner=alice, email="single@x.org")
    mailing = MailingFactory.create(
        owner=alice, recipients=[single], segments=[SegmentFactory.create(owner=alice)]
    )
    late = RecipientFactory.create(owner=alice, email="late@x.org", attributes={"city": "Riga"})
    RecipientFactory.create(owner=bob, attributes={"city": "Riga"})
    RecipientFactory.create(owner=alice, attributes={"city": "Riga"}, state="unsubscribed")
    assert set(mailing.audience()) == {single, late}
    left_out = RecipientListFactory.create(owner=alice, recipients=[late])
    mailing.excluded_lists.set([left_out])
    assert set(mailing.audience()) == {single}


def test_an_attempt_enters_those_of_several_segments_once(alice: User) -> None:
    got = DeliveryFactory.create(
        attempt__mailing__owner=alice, state="sent", finished_at=timezone.now()
    )
    Recipient.objects.update(attributes={"city": "Riga"})
    rules = {"match": "all", "conditions": [{"kind": "ever", "test": "ever_got"}]}
    segments = [SegmentFactory.create(owner=alice), SegmentFactory.create(owner=alice, rules=rules)]
    mailing = MailingFactory.create(owner=alice, segments=segments, status="running")
    attempt = open_attempt(mailing, timezone.now(), Attempt.Trigger.MANUAL)
    assert attempt.total == 1
    assert [letter.recipient for letter in attempt.deliveries.all()] == [got.recipient]


def test_deletion_says_which_mailings_go_on_without_it(client: Client, alice: User) -> None:
    segment = SegmentFactory.create(owner=alice)
    MailingFactory.create(owner=alice, name="Weekly", status="scheduled", segments=[segment])
    address = reverse("mailing:segment_delete", args=[segment.pk])
    assert "The mailing “Weekly” goes on without it." in client.get(address).content.decode()
    client.post(address)
    assert not Segment.objects.exists()
    assert Mailing.objects.get().segments.count() == 0


def test_deleting_a_list_says_which_segments_name_it(client: Client, alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice)
    rules = {"match": "all", "conditions": [{"kind": "list", "test": "on", "value": readers.pk}]}
    SegmentFactory.create(owner=alice, name="On it", rules=rules)
    SegmentFactory.create(owner=alice, name="Elsewhere")
    page = client.get(reverse("mailing:list_delete", args=[readers.pk])).content.decode()
    assert "The segment “On it” finds nobody by it any more." in page
    assert "Elsewhere" not in page


def test_a_segment_alone_is_enough_for_a_mailing(client: Client, alice: User, bob: User) -> None:
    segment = SegmentFactory.create(owner=alice, name="Rigans")
    theirs = SegmentFactory.create(owner=bob, name="Hidden")
    mailing = MailingFactory.create(owner=alice)
    address = reverse("mailing:mailing_recipients", args=[mailing.pk])
    page = client.get(address).content.decode()
    assert "Rigans" in page
    assert "Hidden" not in page
    response = client.post(address, {"segments": [theirs.pk]})
    assert list(response.context["form"].errors) == ["segments"]
    assert client.post(address, {"segments": [segment.pk]}).status_code == 302
    assert list(mailing.segments.all()) == [segment]
    assert mailing.missing == []
    assert "Rigans" in client.get(mailing.get_absolute_url()).content.decode()
