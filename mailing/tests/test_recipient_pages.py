"""Recipients in the dashboard."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.models import Recipient, Suppression
from mailing.tests.factories import (
    DeliveryFactory,
    RecipientFactory,
    RecipientListFactory,
)

Login = Callable[[User], Client]
RECIPIENTS = reverse("mailing:recipients")
CREATE = reverse("mailing:recipient_create")


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


def edit(recipient: Recipient) -> str:
    return reverse("mailing:recipient_edit", args=[recipient.pk])


def filled(recipient: Recipient, **changes: object) -> dict[str, object]:
    """Return the form of `recipient` as a browser posts it back."""
    form = {"email": recipient.email, "full_name": recipient.full_name, "state": recipient.state}
    return form | changes


def test_owner_adds_a_recipient(client: Client, alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice)
    form = {
        "email": " Ann@Example.ORG ",
        "full_name": "Ann",
        "lists": [readers.pk],
        "attributes": "city: Riga\r\n\r\nshoe_size: 38",
    }
    response = client.post(CREATE, form, follow=True)
    recipient = Recipient.objects.get()
    assert (recipient.owner, recipient.email, recipient.state) == (
        alice,
        "ann@example.org",
        "active",
    )
    assert recipient.attributes == {"city": "Riga", "shoe_size": "38"}
    assert list(recipient.lists.all()) == [readers]
    assert "was added" in response.content.decode()


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c.example", "two@example.org, x@example.org"])
def test_wrong_address_is_refused_at_its_field(client: Client, email: str) -> None:
    response = client.post(CREATE, {"email": email, "full_name": "Kept"})
    assert "email" in response.context["form"].errors
    assert 'value="Kept"' in response.content.decode()


def test_second_recipient_with_an_address_is_refused_at_its_field(
    client: Client, alice: User
) -> None:
    RecipientFactory.create(owner=alice, email="ann@example.org")
    response = client.post(CREATE, {"email": "ANN@example.org"})
    assert response.context["form"].errors == {
        "email": ["You have a recipient with this address already."]
    }


def test_address_of_another_owners_recipient_is_free(client: Client, bob: User) -> None:
    RecipientFactory.create(owner=bob, email="ann@example.org")
    assert client.post(CREATE, {"email": "ann@example.org"}).status_code == 302


def test_editing_to_an_address_that_exists_is_refused_at_its_field(
    client: Client, alice: User
) -> None:
    RecipientFactory.create(owner=alice, email="ann@example.org")
    recipient = RecipientFactory.create(owner=alice)
    response = client.post(edit(recipient), filled(recipient, email="Ann@example.org"))
    assert list(response.context["form"].errors) == ["email"]


def test_owner_turns_letters_off_and_on(client: Client, alice: User) -> None:
    recipient = RecipientFactory.create(owner=alice)
    for state in ("unsubscribed", "active"):
        client.post(edit(recipient), filled(recipient, state=state))
        recipient.refresh_from_db()
        assert recipient.state == state


@pytest.mark.parametrize("whose", ["own", "everybody's"])
def test_opt_out_is_not_turned_back(client: Client, alice: User, whose: str) -> None:
    recipient = RecipientFactory.create(owner=alice)
    recipient.unsubscribe()
    if whose == "everybody's":
        Suppression.objects.update(owner=None)
    response = client.post(edit(recipient), filled(recipient, state="active"))
    assert "state" in response.context["form"].errors
    recipient.refresh_from_db()
    assert recipient.state == "unsubscribed"


def test_opt_out_is_not_turned_back_by_changing_the_address_with_it(
    client: Client, alice: User
) -> None:
    recipient = RecipientFactory.create(owner=alice)
    recipient.unsubscribe()
    form = filled(recipient, state="active", email="other@example.org")
    assert "state" in client.post(edit(recipient), form).context["form"].errors


@pytest.mark.parametrize("state", ["bounced", "complained"])
def test_bounces_and_complaints_stay(client: Client, alice: User, state: str) -> None:
    recipient = RecipientFactory.create(owner=alice, state=state)
    client.post(edit(recipient), filled(recipient, state="active", full_name="New"))
    recipient.refresh_from_db()
    assert (recipient.state, recipient.full_name) == (state, "New")


@pytest.mark.parametrize("state", ["bounced", "complained"])
def test_owner_cannot_invent_bounces(client: Client, alice: User, state: str) -> None:
    recipient = RecipientFactory.create(owner=alice)
    response = client.post(edit(recipient), filled(recipient, state=state))
    assert "state" in response.context["form"].errors


def test_editing_leaves_alone_what_changed_meanwhile(client: Client, alice: User) -> None:
    """Somebody unsubscribes while the owner has the form open and only corrects the name."""
    from mailing.forms.recipient import RecipientForm

    recipient = RecipientFactory.create(owner=alice)
    stale = Recipient.objects.get(pk=recipient.pk)
    recipient.unsubscribe()
    form = RecipientForm(filled(stale, full_name="Right"), instance=stale, owner=alice)
    assert form.is_valid()
    form.save()
    recipient.refresh_from_db()
    assert (recipient.full_name, recipient.state) == ("Right", "unsubscribed")


def test_deleting_keeps_the_counts_and_drops_the_personal_data(client: Client, alice: User) -> None:
    delivery: Any = DeliveryFactory.create(
        attempt__mailing__owner=alice, state="failed", smtp_reply="No such user as reader"
    )
    address = reverse("mailing:recipient_delete", args=[delivery.recipient.pk])
    assert delivery.email in client.get(address).content.decode()
    assert Recipient.objects.exists()
    client.post(address)
    delivery.refresh_from_db()
    assert (delivery.email, delivery.full_name, delivery.recipient) == ("", "", None)
    assert delivery.smtp_reply == ""
    assert not Recipient.objects.exists()


def listed(client: Client, **query: str | int) -> list[str]:
    return [row.email for row in client.get(RECIPIENTS, query).context["page_obj"]]


@pytest.fixture
def three(alice: User) -> list[Recipient]:
    names = {"ann": "Zoe", "ben": "Ännchen", "cid": "Max"}
    return [
        RecipientFactory.create(owner=alice, email=f"{who}@example.org", full_name=name)
        for who, name in names.items()
    ]


@pytest.mark.usefixtures("three")
def test_search_by_the_beginning_of_address_name_or_last_name(client: Client, alice: User) -> None:
    assert listed(client, q="BEN@") == ["ben@example.org"]
    assert listed(client, q=" max ") == ["cid@example.org"]
    RecipientFactory.create(owner=alice, email="d@example.org", full_name="Maxine von Benz")
    assert listed(client, q="ben", sort="email") == ["ben@example.org", "d@example.org"]
    assert listed(client, q="MAX", sort="email") == ["cid@example.org", "d@example.org"]
    assert listed(client, q="maxine v") == ["d@example.org"]
    assert listed(client, q="%") == []
    assert listed(client, q="_") == []


@pytest.mark.usefixtures("three")
def test_sort_by_each_column_both_ways(client: Client) -> None:
    addresses = ["ann@example.org", "ben@example.org", "cid@example.org"]
    assert listed(client, sort="email") == addresses
    assert listed(client, sort="-email") == addresses[::-1]
    assert listed(client, sort="full_name")[0] == "cid@example.org"
    assert listed(client, sort="created_at") == addresses


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("sort", ["owner__password", "comment", "-", "nonsense", "--email"])
def test_order_that_is_not_offered_is_the_default(client: Client, sort: str) -> None:
    assert listed(client, sort=sort) == listed(client)


def test_filter_by_list_and_state(client: Client, alice: User, three: list[Recipient]) -> None:
    ann, ben, _cid = three
    readers = RecipientListFactory.create(owner=alice, recipients=[ann, ben])
    ben.unsubscribe()
    assert set(listed(client, lists=readers.pk)) == {"ann@example.org", "ben@example.org"}
    assert listed(client, lists=readers.pk, state="unsubscribed") == ["ben@example.org"]


def test_filter_by_another_owners_list_tells_nothing(
    client: Client, bob: User, three: list[Recipient]
) -> None:
    hidden = RecipientListFactory.create(owner=bob, name="Hidden")
    assert len(listed(client, lists=hidden.pk)) == 3
    assert "Hidden" not in client.get(RECIPIENTS).content.decode()


@pytest.mark.parametrize(
    "query", [{"lists": "x"}, {"lists": "9" * 40}, {"state": "\0"}, {"q": "\0"}]
)
def test_filters_without_meaning_are_left_out(
    client: Client, three: list[Recipient], query: dict[str, str]
) -> None:
    assert len(listed(client, **query)) == 3


def test_pages_keep_search_and_order(client: Client, alice: User) -> None:
    for number in range(30):
        RecipientFactory.create(owner=alice, email=f"r{number:02}@example.org")
    query = {"q": "r", "sort": "email"}
    first = client.get(RECIPIENTS, query)
    assert len(first.context["page_obj"]) == 25
    assert listed(client, **query, after=first.context["page_obj"].after)[0] == "r25@example.org"
    assert "?q=r&amp;sort=email&amp;after=" in first.content.decode()


def test_empty_page_says_what_to_do(client: Client) -> None:
    page = client.get(RECIPIENTS).content.decode()
    assert "No recipients yet" in page
    assert reverse("mailing:recipients_import") in page
