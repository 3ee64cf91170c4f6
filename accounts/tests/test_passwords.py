"""Changing, forgetting and choosing passwords."""

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from accounts.tests.browsing import (
    PassHours,
    Response,
    is_logged_in,
    link_in_letter,
    log_in,
    sent_letters,
    switch_on_second_factor,
)
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "a password nobody guesses"


def ask_for_reset(client: Client, email: str) -> None:
    response = client.post("/accounts/password/reset/", {"email": email})
    assert response["Location"] == "/accounts/password/reset/done/"
    assert client.get(response["Location"]).status_code == 200


def choose_password(client: Client, link: str, password: str = NEW) -> Response:
    """Open the link of a letter and fill in its form."""
    page = client.get(link, follow=True)
    path = page.redirect_chain[-1][0] if page.redirect_chain else link
    return client.post(path, {"password1": password, "password2": password})


def test_a_forgotten_password_is_replaced_by_the_link_in_a_letter(
    client: Client, alice: User
) -> None:
    other = Client()
    log_in(other, alice.email)
    ask_for_reset(client, "ALICE@example.org")
    response = choose_password(client, link_in_letter(alice.email))
    assert response["Location"] == "/accounts/password/reset/key/done/"
    assert client.get(response["Location"]).status_code == 200
    assert not is_logged_in(client)
    assert not is_logged_in(other)
    log_in(client, alice.email, NEW)
    assert is_logged_in(client)


def test_the_link_works_once_and_for_a_day(
    client: Client, alice: User, pass_hours: PassHours
) -> None:
    ask_for_reset(client, alice.email)
    link = link_in_letter(alice.email)
    choose_password(client, link)
    assert "does not work any more" in client.get(link).content.decode()
    ask_for_reset(client, alice.email)
    link = link_in_letter(alice.email)
    pass_hours(25)
    assert "does not work any more" in client.get(link).content.decode()


def test_weak_and_differing_passwords_are_refused_by_field(client: Client, alice: User) -> None:
    ask_for_reset(client, alice.email)
    response = choose_password(client, link_in_letter(alice.email), "1234")
    assert "password1" in response.context["form"].errors


def test_a_reset_does_not_pass_by_the_second_factor(client: Client, alice: User) -> None:
    switch_on_second_factor(alice)
    ask_for_reset(client, alice.email)
    choose_password(client, link_in_letter(alice.email))
    assert not is_logged_in(client)
    assert log_in(client, alice.email, NEW)["Location"] == "/accounts/2fa/authenticate/"


def test_an_unknown_address_gets_a_letter_that_says_so(client: Client) -> None:
    ask_for_reset(client, "nobody@example.org")
    assert "no account" in sent_letters()[-1].body
    assert link_in_letter("nobody@example.org") == "/accounts/signup/"


def test_a_reset_does_not_confirm_who_never_proved_the_address(client: Client) -> None:
    user = UserFactory.create(confirmed=False)
    ask_for_reset(client, user.email)
    choose_password(client, link_in_letter(user.email))
    assert log_in(client, user.email, NEW)["Location"] == "/accounts/confirm-email/"


def test_changing_the_password_ends_the_other_sessions(client: Client, alice: User) -> None:
    other = Client()
    for browser in (client, other):
        log_in(browser, alice.email)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    for field in form:
        refused = client.post("/accounts/password/change/", {**form, field: "12"})
        assert field in {*refused.context["form"].errors}
    response = client.post("/accounts/password/change/", form)
    assert response["Location"] == "/dashboard/settings/"
    assert is_logged_in(client)
    assert not is_logged_in(other)
    assert sent_letters()[-1].subject == "Your password was changed"
    assert User.objects.get().check_password(NEW)


def test_a_user_without_password_chooses_one_by_letter(client: Client, alice: User) -> None:
    alice.set_unusable_password()
    alice.save()
    ask_for_reset(client, alice.email)
    choose_password(client, link_in_letter(alice.email))
    log_in(client, alice.email, NEW)
    assert is_logged_in(client)


def test_letters_come_in_the_users_language_and_zone(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.update(language="ru", time_zone="Asia/Tokyo")
    seen = []

    def render(*args: object) -> EmailMessage:
        seen.append((get_language(), timezone.get_current_timezone_name()))
        return EmailMessage()

    monkeypatch.setattr(DefaultAccountAdapter, "render_mail", render)
    ask_for_reset(client, alice.email)
    ask_for_reset(client, "nobody@example.org")
    assert seen == [("ru", "Asia/Tokyo"), ("en", "UTC")]
