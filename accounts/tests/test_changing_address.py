"""Changing the e-mail address: the old one stays until the new one is confirmed."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from accounts.tests.browsing import (
    PassHours,
    Response,
    is_logged_in,
    link_in_letter,
    log_in,
    sent_letters,
    sign_up,
    switch_on_second_factor,
    totp_code,
)
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/accounts/email/"


def prove_identity(client: Client) -> None:
    client.post(f"/accounts/reauthenticate/?next={PAGE}", {"password": PASSWORD})


def change_to(client: Client, email: str) -> Response:
    return client.post(PAGE, {"action_add": "", "email": email})


def logged_in(user: User) -> Client:
    client = Client()
    log_in(client, user.email)
    prove_identity(client)
    return client


def test_the_new_address_counts_once_confirmed(alice: User) -> None:
    client = logged_in(alice)
    assert change_to(client, "New@Example.org")["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    assert "alice@example.org" in page
    assert "new@example.org" in page
    assert User.objects.get().email == "alice@example.org"

    client.post(link_in_letter("new@example.org"))
    assert User.objects.get().email == "new@example.org"
    address = EmailAddress.objects.get()
    assert (address.email, address.verified, address.primary) == ("new@example.org", True, True)
    assert sent_letters()[-1].to == ["alice@example.org"]
    assert "new@example.org" in sent_letters()[-1].body
    log_in(other := Client(), "new@example.org")
    assert is_logged_in(other)


def test_the_password_is_asked_for_first(client: Client, alice: User) -> None:
    log_in(client, alice.email)
    assert change_to(client, "new@example.org")["Location"].startswith("/accounts/reauthenticate/")
    assert not sent_letters()


@pytest.mark.parametrize("email", ["", "nonsense", "alice@example.org"])
def test_bad_addresses_are_refused_by_field(alice: User, email: str) -> None:
    assert "email" in change_to(logged_in(alice), email).context["form"].errors


def test_a_change_can_be_cancelled(alice: User) -> None:
    client = logged_in(alice)
    change_to(client, "new@example.org")
    link = link_in_letter("new@example.org")
    client.post(PAGE, {"action_remove": "", "email": "new@example.org"})
    assert not client.get(link).context["can_confirm"]
    assert User.objects.get().email == "alice@example.org"


def test_the_letter_can_be_sent_again(alice: User, pass_hours: PassHours) -> None:
    client = logged_in(alice)
    change_to(client, "new@example.org")
    pass_hours(1)
    prove_identity(client)
    client.post(PAGE, {"action_send": "", "email": "new@example.org"})
    assert [letter.to for letter in sent_letters()] == [["new@example.org"]] * 2


def test_the_address_of_another_account_cannot_be_taken(alice: User, bob: User) -> None:
    """Nor is Alice told that it is known; Bob gets a letter whose link does nothing."""
    client = logged_in(alice)
    assert change_to(client, bob.email)["Location"] == PAGE
    link = link_in_letter(bob.email)
    assert "belongs to another account" in client.get(link).content.decode()
    client.post(link)
    assert {user.email for user in User.objects.all()} == {alice.email, bob.email}


def test_people_with_a_second_factor_can_change_their_address(client: Client, alice: User) -> None:
    switch_on_second_factor(alice)
    log_in(client, alice.email)
    client.post("/accounts/2fa/authenticate/", {"code": totp_code()})
    prove_identity(client)
    change_to(client, "new@example.org")
    client.post(link_in_letter("new@example.org"))
    assert User.objects.get().email == "new@example.org"


def test_an_address_that_somebody_wants_to_change_to_can_still_sign_up(
    alice: User, pass_hours: PassHours
) -> None:
    """Else anybody could keep a stranger out by claiming the stranger's address."""
    change_to(logged_in(alice), "stranger@example.org")
    claimed = link_in_letter("stranger@example.org")
    pass_hours(1)
    stranger = Client()
    stranger.post("/accounts/password/reset/", {"email": "stranger@example.org"})
    assert "no account" in sent_letters()[-1].body
    sign_up(stranger, "stranger@example.org")
    stranger.post(link_in_letter("stranger@example.org"))
    log_in(stranger, "stranger@example.org")
    assert is_logged_in(stranger)
    stranger.post(claimed)
    assert User.objects.get(pk=alice.pk).email == "alice@example.org"


def test_an_address_goes_to_who_proves_to_own_it(alice: User) -> None:
    """Somebody signed up with it, perhaps by a slip, and never confirmed."""
    client = logged_in(alice)
    change_to(client, "new@example.org")
    UserFactory.create(email="new@example.org", confirmed=False)
    client.post(link_in_letter("new@example.org"))
    assert User.objects.get().email == "new@example.org"
