"""A blocked user is out at once, and nothing old works again after the block."""

import logging
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.addresses import is_confirmed
from accounts.models import User
from accounts.signals import user_blocked
from accounts.tests.browsing import (
    is_logged_in,
    link_in_letter,
    log_in,
    sent_letters,
    switch_on_second_factor,
    totp_code,
)
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.test_changing_address import change_to, logged_in
from accounts.tests.test_passwords import choose_password

pytestmark = pytest.mark.django_db
ShutOut = Callable[[User], None]


def block(user: User) -> None:
    user.refresh_from_db()
    user.block(by=None, reason="sent spam")


def switch_off_by_saving(user: User) -> None:
    user.refresh_from_db()
    user.is_active = False
    user.save()


def switch_off_by_query(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def let_in_again(user: User) -> None:
    user.refresh_from_db()
    user.unblock(by=None)


every_way_out = pytest.mark.parametrize(
    "shut_out", [block, switch_off_by_saving, switch_off_by_query]
)


@every_way_out
def test_live_sessions_end_and_do_not_come_back(
    client: Client, alice: User, shut_out: ShutOut
) -> None:
    log_in(client, alice.email)
    kept_cookie = client.cookies["sessionid"].value
    shut_out(alice)
    assert not is_logged_in(client)
    let_in_again(alice)
    client.cookies["sessionid"] = kept_cookie
    assert not is_logged_in(client)
    log_in(client, alice.email)
    assert is_logged_in(client)


@every_way_out
def test_a_session_unused_during_the_block_does_not_come_back(
    client: Client, alice: User, shut_out: ShutOut
) -> None:
    log_in(client, alice.email)
    shut_out(alice)
    let_in_again(alice)
    assert not is_logged_in(client)


def test_the_login_says_why_after_the_right_password_alone(client: Client, alice: User) -> None:
    block(alice)
    wrong = log_in(client, alice.email, "wrong")
    assert "blocked" not in wrong.content.decode()
    assert client.get("/accounts/inactive/")["Location"] == "/accounts/login/"
    right = log_in(client, alice.email)
    assert right["Location"] == "/accounts/inactive/"
    page = client.get(right["Location"]).content.decode()
    assert "blocked" in page
    assert "sent spam" in page
    assert not is_logged_in(client)
    assert Client().get("/accounts/inactive/")["Location"] == "/accounts/login/"


def test_somebody_blocked_between_password_and_code_stays_out(client: Client, alice: User) -> None:
    switch_on_second_factor(alice)
    log_in(client, alice.email)
    block(alice)
    response = client.post("/accounts/2fa/authenticate/", {"code": totp_code()})
    assert response["Location"] == "/accounts/inactive/"
    let_in_again(alice)
    assert not is_logged_in(client)


@every_way_out
def test_confirmation_links_stop_working_for_good(client: Client, shut_out: ShutOut) -> None:
    user = UserFactory.create(confirmed=False)
    log_in(client, user.email)
    link = link_in_letter(user.email)
    shut_out(user)
    for state in ("blocked", "unblocked"):
        assert not client.get(link).context["can_confirm"], state
        client.post(link)
        assert not is_confirmed(user), state
        let_in_again(user)


@every_way_out
def test_links_that_change_the_address_stop_working_for_good(
    alice: User, shut_out: ShutOut
) -> None:
    change_to(logged_in(alice), "new@example.org")
    link = link_in_letter("new@example.org")
    shut_out(alice)
    for state in ("blocked", "unblocked"):
        Client().post(link)
        assert User.objects.get().email == "alice@example.org", state
        let_in_again(alice)


@every_way_out
def test_links_that_reset_the_password_stop_working_for_good(
    client: Client, alice: User, shut_out: ShutOut
) -> None:
    client.post("/accounts/password/reset/", {"email": alice.email})
    link = link_in_letter(alice.email)
    half_way = Client()
    page = half_way.get(link, follow=True).redirect_chain[-1][0]
    shut_out(alice)
    new = {"password1": "a password nobody guesses", "password2": "a password nobody guesses"}
    for state in ("blocked", "unblocked"):
        choose_password(Client(), link)
        half_way.post(page, new)
        assert User.objects.get().check_password(PASSWORD), state
        let_in_again(alice)


def test_a_blocked_user_gets_no_link_but_the_reason(client: Client, alice: User) -> None:
    block(alice)
    client.post("/accounts/password/reset/", {"email": alice.email})
    client.post(
        "/accounts/signup/",
        {"email": alice.email, "password1": "good enough 1", "password2": "good enough 1"},
    )
    assert len(sent_letters()) == 3
    for letter in sent_letters():
        assert letter.to == [alice.email]
        assert "sent spam" in letter.body
        assert "/accounts/" not in letter.body


def test_blocking_is_told_and_logged(
    alice: User, manager: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "accounts")
    told: list[tuple[User, User, str]] = []

    def listen(user: User, by: User, reason: str, **kwargs: object) -> None:
        told.append((user, by, reason))

    user_blocked.connect(listen)
    alice.block(manager, "sent spam")
    alice.unblock(manager)
    user_blocked.disconnect(listen)
    assert told == [(alice, manager, "sent spam")]
    for record, event in zip(caplog.records, ("block", "unblock"), strict=True):
        facts = vars(record)
        assert (facts["message"], facts["account"], facts["by"]) == (event, alice.pk, manager.pk)
