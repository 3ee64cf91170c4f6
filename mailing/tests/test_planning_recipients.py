"""Whom a mailing goes to: lists, and single recipients found by their beginning."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.models import Mailing, RecipientList
from mailing.tests.factories import (
    MailingFactory,
    RecipientFactory,
    RecipientListFactory,
    SegmentFactory,
)

Login = Callable[[User], Client]
FIND = reverse("mailing:mailing_find")


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def mailing(alice: User) -> Mailing:
    return MailingFactory.create(owner=alice)


@pytest.fixture
def readers(alice: User) -> RecipientList:
    return RecipientListFactory.create(owner=alice, name="Readers")


def step(mailing: Mailing) -> str:
    return reverse("mailing:mailing_recipients", args=[mailing.pk])


def errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["form"].errors)


@pytest.mark.parametrize(
    ("field", "value"), [("lists", ["x"]), ("lists", []), ("excluded_lists", ["0"])]
)
def test_bad_input_is_refused_at_its_field(
    client: Client, mailing: Mailing, readers: RecipientList, field: str, value: object
) -> None:
    assert list(errors(client.post(step(mailing), {"lists": [readers.pk], field: value}))) == [
        field
    ]
    assert not mailing.lists.exists()


@pytest.mark.parametrize("status", ["scheduled", "paused"])
def test_what_may_go_out_by_itself_keeps_somebody_to_go_to(
    client: Client, mailing: Mailing, readers: RecipientList, status: str
) -> None:
    mailing.lists.add(readers)
    Mailing.objects.update(status=status)
    assert list(errors(client.post(step(mailing), {"leave": "yes"}))) == ["lists"]
    assert mailing.lists.exists()


def test_mailing_may_go_to_single_recipients_alone(
    client: Client, alice: User, mailing: Mailing
) -> None:
    ann = RecipientFactory.create(owner=alice, email="ann@example.org")
    ben = RecipientFactory.create(owner=alice, email="ben@example.org")
    addresses = " Ann@Example.org,\r\nben@example.org; ann@example.org\n"
    client.post(step(mailing), {"recipients": addresses})
    assert set(mailing.recipients.all()) == {ann, ben}


def test_addresses_that_are_no_recipients_are_named(
    client: Client, alice: User, bob: User, mailing: Mailing
) -> None:
    RecipientFactory.create(owner=alice, email="ann@example.org")
    RecipientFactory.create(owner=bob, email="bobs@example.org")
    addresses = "ann@example.org\nbobs@example.org\nnobody"
    said = errors(client.post(step(mailing), {"recipients": addresses}))
    assert list(said) == ["recipients"]
    assert said["recipients"][0].startswith("bobs@example.org, nobody are not among")


def test_too_many_single_recipients_are_refused(client: Client, mailing: Mailing) -> None:
    addresses = "\n".join(f"r{n}@example.org" for n in range(1001))
    assert "1000" in errors(client.post(step(mailing), {"recipients": addresses}))["recipients"][0]


@pytest.mark.parametrize("text", ["ann", "ANN@", "Ann A", " ann@example.org "])
def test_a_recipient_is_found_by_the_beginning_of_address_or_name(
    client: Client, alice: User, bob: User, text: str
) -> None:
    RecipientFactory.create(owner=alice, email="ann@example.org", full_name="Ann Archer")
    RecipientFactory.create(owner=alice, email="joanna@example.org", full_name="Joanna")
    RecipientFactory.create(owner=bob, email="ann@example.com", full_name="Ann Archer")
    shown = client.get(FIND, {"find_text": text}).content.decode()
    assert 'value="ann@example.org"' in shown
    assert shown.count('type="checkbox"') == 1


@pytest.mark.parametrize("text", ["", "%", "_nn", "\0", "zoe"])
def test_what_begins_nobody_finds_nobody(client: Client, alice: User, text: str) -> None:
    RecipientFactory.create(owner=alice, email="ann@example.org", full_name="Ann Archer")
    assert "Nobody" in client.get(FIND, {"find_text": text}).content.decode()


def test_only_the_first_of_many_are_shown(client: Client, alice: User) -> None:
    RecipientFactory.create_batch(30, owner=alice)
    shown = client.get(FIND, {"find_text": "reader"}).content.decode()
    assert shown.count('type="checkbox"') == 20


def test_finding_without_javascript_saves_nothing_and_loses_nothing(
    client: Client, alice: User, mailing: Mailing, readers: RecipientList
) -> None:
    RecipientFactory.create(owner=alice, email="ann@example.org")
    segment = SegmentFactory.create(owner=alice)
    typed = {"lists": [readers.pk], "recipients": "half a", "find": "yes", "find_text": "an"}
    typed["segments"] = [segment.pk]
    response = client.post(step(mailing), typed)
    shown = response.content.decode()
    assert 'name="found" value="ann@example.org"' in shown
    assert "half a</textarea>" in shown
    assert f'value="{readers.pk}" id="id_lists_0" checked' in shown
    assert f'value="{segment.pk}" id="id_segments_0" checked' in shown
    assert "error-summary" not in shown
    assert not mailing.lists.exists()


def test_who_is_ticked_is_added_to_the_addresses(
    client: Client, alice: User, mailing: Mailing
) -> None:
    for name in ("ann", "ben", "cora"):
        RecipientFactory.create(owner=alice, email=f"{name}@example.org")
    posted = {"recipients": "ann@example.org", "found": ["ben@example.org", "cora@example.org"]}
    client.post(step(mailing), posted)
    assert mailing.recipients.count() == 3


def test_who_is_ticked_must_be_ones_own(
    client: Client, bob: User, mailing: Mailing, readers: RecipientList
) -> None:
    RecipientFactory.create(owner=bob, email="bobs@example.org")
    posted = {"lists": [readers.pk], "found": ["bobs@example.org"]}
    assert list(errors(client.post(step(mailing), posted))) == ["recipients"]
    assert not mailing.recipients.exists()


def test_lists_show_their_size(
    client: Client, alice: User, mailing: Mailing, readers: RecipientList
) -> None:
    readers.recipients.add(RecipientFactory.create(owner=alice))
    assert "Readers (1 recipient)" in client.get(step(mailing)).content.decode()
