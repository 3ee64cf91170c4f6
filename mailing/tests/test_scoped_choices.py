"""Whatever another owner has is no choice, in whichever form its id is posted."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.models import Mailing, Recipient
from mailing.tests.factories import (
    MailingFactory,
    MessageFactory,
    RecipientFactory,
    RecipientListFactory,
)

Login = Callable[[User], Client]


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


def of_bob(bob: User) -> dict[str, Any]:
    """Return for each choice of the mailing's form something that is Bob's."""
    bobs_list = RecipientListFactory.create(owner=bob, name="Hidden list").pk
    return {
        "message": MessageFactory.create(owner=bob, name="Hidden message").pk,
        "lists": [bobs_list],
        "excluded_lists": [bobs_list],
        "recipients": RecipientFactory.create(owner=bob, email="hidden@example.org").email,
    }


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ("create", "message"),
        ("edit", "message"),
        ("recipients", "lists"),
        ("recipients", "excluded_lists"),
        ("recipients", "recipients"),
    ],
)
def test_mailing_takes_nothing_of_another_owner(
    client: Client, alice: User, bob: User, step: str, field: str
) -> None:
    mailing = MailingFactory.create(owner=alice, name="Old")
    address = reverse(f"mailing:mailing_{step}", args=[] if step == "create" else [mailing.pk])
    mine: dict[str, Any] = {
        "name": "Weekly",
        "lists": [RecipientListFactory.create(owner=alice).pk],
    }
    mine["message"] = mailing.message.pk
    response = client.post(address, mine | {field: of_bob(bob)[field]})
    assert list(response.context["form"].errors) == [field]
    assert not Mailing.objects.filter(name="Weekly").exists()
    assert mailing.missing == ["recipients"]


@pytest.mark.parametrize("step", ["edit", "recipients"])
def test_steps_offer_nothing_of_another_owner(
    client: Client, alice: User, bob: User, step: str
) -> None:
    of_bob(bob)
    mailing = MailingFactory.create(owner=alice)
    posted = {"find": "yes", "find_text": "hidden"} if step == "recipients" else {}
    address = reverse(f"mailing:mailing_{step}", args=[mailing.pk])
    for response in (client.get(address), client.post(address, posted)):
        for hidden in ("Hidden list", "Hidden message", "hidden@example.org"):
            assert hidden not in response.content.decode()


@pytest.mark.parametrize("page", ["mailing_create", "recipient_create", "recipients_import"])
def test_forms_offer_nothing_of_another_owner(client: Client, bob: User, page: str) -> None:
    of_bob(bob)
    shown = client.get(reverse(f"mailing:{page}")).content.decode()
    for hidden in ("Hidden list", "Hidden message", "hidden@example.org"):
        assert hidden not in shown


def test_choices_carried_in_the_address_are_no_way_in(client: Client, bob: User) -> None:
    hidden = of_bob(bob)
    query = {"message": hidden["message"], "list": hidden["lists"]}
    page = client.get(reverse("mailing:mailing_create"), query).content.decode()
    assert "Hidden list" not in page
    assert "Hidden message" not in page


def test_recipient_goes_on_no_list_of_another_owner(client: Client, bob: User) -> None:
    form = {"email": "ann@example.org", "lists": of_bob(bob)["lists"]}
    response = client.post(reverse("mailing:recipient_create"), form)
    assert list(response.context["form"].errors) == ["lists"]
    assert not Recipient.objects.filter(email="ann@example.org").exists()


def test_import_goes_on_no_list_of_another_owner(client: Client, bob: User) -> None:
    file = SimpleUploadedFile("people.csv", b"email\nann@example.org\n")
    form = {"file": file, "lists": of_bob(bob)["lists"]}
    response = client.post(reverse("mailing:recipients_import"), form)
    assert list(response.context["form"].errors) == ["lists"]
    assert not Recipient.objects.filter(email="ann@example.org").exists()


@pytest.mark.parametrize(
    "page", ["recipient_create", "list_create", "message_create", "suppression_create"]
)
def test_owner_cannot_be_chosen(client: Client, alice: User, bob: User, page: str) -> None:
    form = {
        "owner": bob.pk,
        "email": "ann@example.org",
        "name": "Mine",
        "subject": "Mine",
        "body_html": "<p>Mine</p>",
    }
    assert client.post(reverse(f"mailing:{page}"), form).status_code == 302
    owned = [
        getattr(alice, f"{name}_set").count()
        for name in ("recipient", "recipientlist", "message", "suppression")
    ]
    assert sum(owned) == 1


def test_a_choice_among_nothing_says_so(alice: User, login: Login) -> None:
    mailing = MailingFactory.create(owner=alice)
    page = login(alice).get(reverse("mailing:mailing_recipients", args=[mailing.pk]))
    assert "You have none yet." in page.content.decode()
