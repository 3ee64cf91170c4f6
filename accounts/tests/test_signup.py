"""Signing up: the address is confirmed by a letter, and nobody learns whether it was known."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.forms.entrance import SignupForm
from accounts.models import User
from accounts.tests.browsing import (
    PassHours,
    Response,
    is_logged_in,
    link_in_letter,
    log_in,
    sent_letters,
    sign_up,
)
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def test_signing_up_confirming_and_logging_in(client: Client) -> None:
    response = sign_up(client, "New.Person@Example.org", full_name="New Person")
    assert response["Location"] == "/accounts/confirm-email/"
    assert not is_logged_in(client)

    user = User.objects.get()
    assert (user.email, user.full_name, user.language) == (
        "new.person@example.org",
        "New Person",
        "en",
    )
    link = link_in_letter("new.person@example.org")
    assert b"new.person@example.org" in client.get(link).content
    assert log_in(client, user.email)["Location"] == "/accounts/confirm-email/"

    assert client.post(link)["Location"] == "/accounts/login/"
    assert log_in(client, "NEW.person@example.org")["Location"] == "/dashboard/"
    assert is_logged_in(client)


def test_opening_the_link_alone_confirms_nothing(client: Client) -> None:
    """Programs that check mail open every link."""
    sign_up(client, "new@example.org")
    client.get(link_in_letter("new@example.org"))
    assert log_in(client, "new@example.org")["Location"] == "/accounts/confirm-email/"


def test_used_and_forged_links_lead_on_politely(client: Client) -> None:
    sign_up(client, "new@example.org")
    link = link_in_letter("new@example.org")
    client.post(link)
    for path in (link, "/accounts/confirm-email/MTIz:forged/"):
        for response in (client.get(path), client.post(path)):
            assert response.status_code == 200
            assert "does not work any more" in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an address"),
        ("email", ""),
        ("password1", "12345"),
        ("password1", ""),
        ("password2", "something else"),
        ("full_name", "x" * 151),
    ],
)
def test_bad_input_names_the_field_and_keeps_what_was_typed(
    client: Client, field: str, value: str
) -> None:
    good = {"email": "new@example.org", "full_name": "New", "password1": PASSWORD}
    response = client.post("/accounts/signup/", {**good, "password2": PASSWORD, field: value})
    assert next(iter(response.context["form"].errors)) == field
    assert f'href="#id_{field}"' in response.content.decode()
    assert response.context["form"]["full_name"].value()
    assert not User.objects.exists()
    assert not sent_letters()


def look_of(response: Response) -> tuple[object, ...]:
    """Return all that a stranger sees of an answer, less what differs every time."""
    page = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", response.content.decode())
    return response.status_code, response.get("Location"), tuple(sorted(response.cookies)), page


def test_a_known_address_looks_like_a_new_one() -> None:
    UserFactory.create(email="known@example.org")
    UserFactory.create(email="waiting@example.org", confirmed=False)
    UserFactory.create(email="closed@example.org").block(None, "spam")
    before = len(sent_letters())
    answers = []
    for name in ("known", "waiting", "closed", "nobody"):
        client = Client()
        response = sign_up(client, f"{name}@example.org")
        answers.append((look_of(response), look_of(client.get(response["Location"]))))
    assert len(set(answers)) == 1
    assert len(sent_letters()) == before + 4


def test_the_owner_of_a_known_address_learns_of_the_attempt(client: Client) -> None:
    UserFactory.create(email="known@example.org")
    sign_up(client, "known@example.org", "another good password")
    assert "already" in sent_letters()[-1].subject
    assert link_in_letter("known@example.org") == "/accounts/password/reset/"
    assert User.objects.get().check_password(PASSWORD)


def test_signing_up_again_sends_the_confirmation_again(
    client: Client, pass_hours: PassHours
) -> None:
    sign_up(client, "new@example.org")
    first = link_in_letter("new@example.org")
    pass_hours(1)
    sign_up(client, "new@example.org")
    assert len(sent_letters()) == 2
    assert User.objects.count() == 1
    for link in (first, link_in_letter("new@example.org")):
        assert client.get(link).context["can_confirm"]
    client.post(first)
    log_in(client, "new@example.org")
    assert is_logged_in(client)


def test_who_signed_up_first_with_a_foreign_address_does_not_know_its_password(
    client: Client, pass_hours: PassHours
) -> None:
    sign_up(client, "victim@example.org", "the password of a thief")
    stale = link_in_letter("victim@example.org")
    pass_hours(1)
    sign_up(client, "victim@example.org", "the password of its owner")
    assert not client.get(stale).context["can_confirm"]
    client.post(link_in_letter("victim@example.org"))
    log_in(client, "victim@example.org", "the password of a thief")
    assert not is_logged_in(client)
    log_in(client, "victim@example.org", "the password of its owner")
    assert is_logged_in(client)


def test_signing_up_again_at_once_leaves_the_first_letter_good(client: Client) -> None:
    """The second letter is held back by the rate limit, so the first one has to work."""
    sign_up(client, "new@example.org", "first good password")
    sign_up(client, "new@example.org", "second good password")
    assert len(sent_letters()) == 1
    client.post(link_in_letter("new@example.org"))
    log_in(client, "new@example.org", "first good password")
    assert is_logged_in(client)


def test_two_sign_ups_at_the_same_moment_make_one_user(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one is saved between the check of the address and the saving."""
    UserFactory.create(email="new@example.org", confirmed=False)
    monkeypatch.setattr(SignupForm, "validate_unique_email", lambda self, value: value)
    assert sign_up(client, "new@example.org")["Location"] == "/accounts/confirm-email/"
    assert User.objects.count() == 1


def test_addresses_are_unique_without_regard_to_case() -> None:
    UserFactory.create(email="Alice@Example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory.create(email="ALICE@example.ORG")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="aLICE@example.org")])


def test_the_language_of_the_sign_up_is_remembered(client: Client) -> None:
    client.cookies["django_language"] = "ru"
    sign_up(client, "new@example.org")
    assert User.objects.get().language == "ru"
