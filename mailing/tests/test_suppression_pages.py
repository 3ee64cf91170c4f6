"""Suppressions in the dashboard."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.models import Suppression
from mailing.tests.factories import SuppressionFactory

Login = Callable[[User], Client]
SUPPRESSIONS = reverse("mailing:suppressions")
CREATE = reverse("mailing:suppression_create")


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


def test_owner_suppresses_an_address_by_hand(client: Client, alice: User) -> None:
    response = client.post(CREATE, {"email": "Ann@Example.org"})
    assert response["Location"] == SUPPRESSIONS
    suppression = Suppression.objects.get()
    assert (suppression.owner, suppression.email) == (alice, "ann@example.org")
    assert suppression.reason == "manual"


def test_address_that_is_suppressed_already_is_refused_at_its_field(
    client: Client, alice: User
) -> None:
    SuppressionFactory.create(owner=alice, email="ann@example.org")
    response = client.post(CREATE, {"email": "ann@example.org"})
    assert response.context["form"].errors == {"email": ["This address is suppressed already."]}


def test_suppressions_of_others_are_not_told(client: Client, bob: User) -> None:
    SuppressionFactory.create(owner=bob, email="ann@example.org")
    SuppressionFactory.create(owner=None, email="all@example.org")
    assert "ann@example.org" not in client.get(SUPPRESSIONS).content.decode()
    for email in ("ann@example.org", "all@example.org"):
        assert client.post(CREATE, {"email": email}).status_code == 302


def test_own_suppression_is_lifted_after_asking(client: Client, alice: User) -> None:
    suppression = SuppressionFactory.create(owner=alice)
    address = reverse("mailing:suppression_delete", args=[suppression.pk])
    asked = client.get(address).content.decode()
    assert suppression.email in asked
    assert "Lift the suppression</button>" in asked
    client.post(address)
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("reason", ["unsubscribed", "bounced", "complained"])
def test_opt_out_is_not_the_owners_to_lift(client: Client, alice: User, reason: str) -> None:
    suppression = SuppressionFactory.create(owner=alice, reason=reason)
    address = reverse("mailing:suppression_delete", args=[suppression.pk])
    assert address not in client.get(SUPPRESSIONS).content.decode()
    assert client.post(address).status_code == 404
    assert Suppression.objects.exists()


def test_suppression_for_everybody_is_not_an_owners_to_lift(client: Client) -> None:
    suppression = SuppressionFactory.create(owner=None)
    address = reverse("mailing:suppression_delete", args=[suppression.pk])
    assert client.post(address).status_code == 404
