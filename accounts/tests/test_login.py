"""Logging in: with a password, with a second factor, and not too often."""

import logging
from html import unescape

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from accounts.tests.browsing import (
    SECRET,
    Login,
    PassHours,
    is_logged_in,
    log_in,
    sent_letters,
    switch_on_second_factor,
    totp_code,
)
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def test_each_role_arrives_at_its_place(
    alice: User, manager: User, content_manager: User, admin: User
) -> None:
    places = {alice: "/dashboard/", manager: "/dashboard/", admin: "/dashboard/"}
    for user, place in {**places, content_manager: "/cms/"}.items():
        assert log_in(Client(), user.email)["Location"] == place


def test_one_arrives_where_one_wanted_to_go_but_not_elsewhere(alice: User) -> None:
    assert log_in(Client(), alice.email, wanted="/blog/")["Location"] == "/blog/"
    away = log_in(Client(), alice.email, wanted="https://evil.example/")
    assert away["Location"] == "/dashboard/"


def test_wrong_passwords_and_unknown_addresses_look_the_same(client: Client, alice: User) -> None:
    pages = set()
    for email, password in ((alice.email, "wrong"), ("nobody@example.org", PASSWORD)):
        response = log_in(client, email, password)
        pages.add((response.status_code, str(response.context["form"].non_field_errors())))
    assert len(pages) == 1
    assert "wrong" in pages.pop()[1]


def test_an_unconfirmed_address_gets_its_letter_again(client: Client) -> None:
    user = UserFactory.create(confirmed=False)
    assert log_in(client, user.email)["Location"] == "/accounts/confirm-email/"
    assert sent_letters()[-1].to == [user.email]
    assert not is_logged_in(client)


def test_logging_out_asks_and_ends_the_session(client: Client, alice: User) -> None:
    log_in(client, alice.email)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_logged_in(client)
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert not is_logged_in(client)


def test_closing_the_browser_logs_out_unless_one_asked_to_stay(alice: User) -> None:
    form = {"login": alice.email, "password": PASSWORD}
    brief, lasting = Client(), Client()
    brief.post("/accounts/login/", form)
    lasting.post("/accounts/login/", {**form, "remember": "on"})
    assert not brief.cookies["sessionid"]["max-age"]
    assert lasting.cookies["sessionid"]["max-age"]


def test_the_second_factor_is_asked_for(client: Client, alice: User) -> None:
    switch_on_second_factor(alice)
    assert log_in(client, alice.email, wanted="/blog/")["Location"] == "/accounts/2fa/authenticate/"
    assert not is_logged_in(client)
    response = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "wrong" in str(response.context["form"].errors["code"])
    response = client.post("/accounts/2fa/authenticate/", {"code": totp_code()})
    assert response["Location"] == "/blog/"
    assert is_logged_in(client)


def test_a_code_works_once(alice: User, pass_hours: PassHours) -> None:
    switch_on_second_factor(alice)
    code, clients = totp_code(), [Client(), Client()]
    for client in clients:
        log_in(client, alice.email)
        client.post("/accounts/2fa/authenticate/", {"code": code})
    assert [is_logged_in(client) for client in clients] == [True, False]


def test_a_recovery_code_works_once(alice: User) -> None:
    code = switch_on_second_factor(alice)[0]
    clients = [Client(), Client()]
    for client in clients:
        log_in(client, alice.email)
        client.post("/accounts/2fa/authenticate/", {"code": code})
    assert [is_logged_in(client) for client in clients] == [True, False]


def test_setting_up_and_switching_off_the_second_factor(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "on_commit", lambda call, **options: call())
    log_in(client, alice.email)
    start = client.get("/accounts/2fa/totp/activate/")
    assert start["Location"].startswith("/accounts/reauthenticate/")
    assert (
        "password" in client.post(start["Location"], {"password": "wrong"}).context["form"].errors
    )
    client.post(start["Location"], {"password": PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    refused = client.post("/accounts/2fa/totp/activate/", {"code": "1"})
    assert "code" in refused.context["form"].errors
    client.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)})
    assert sent_letters()[-1].subject == "Second factor switched on"

    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    assert client.get("/accounts/2fa/").status_code == 200
    download = client.get("/accounts/2fa/recovery-codes/download/").content.decode()
    assert download.split() == codes
    client.post("/accounts/2fa/recovery-codes/generate/")
    assert client.get("/accounts/2fa/recovery-codes/").context["unused_codes"] != codes

    client.post("/accounts/2fa/totp/deactivate/")
    assert sent_letters()[-1].subject == "Second factor switched off"
    other = Client()
    assert log_in(other, alice.email)["Location"] == "/dashboard/"


def test_failed_logins_are_limited_for_each_account(client: Client, alice: User) -> None:
    for _attempt in range(5):
        log_in(client, alice.email, "wrong")
    response = log_in(client, alice.email, PASSWORD)
    assert "Too many attempts" in unescape(response.content.decode())
    assert not is_logged_in(client)


def test_failed_codes_are_limited(client: Client, alice: User) -> None:
    switch_on_second_factor(alice)
    log_in(client, alice.email)
    for _attempt in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    client.post("/accounts/2fa/authenticate/", {"code": totp_code()})
    assert not is_logged_in(client)


@pytest.mark.parametrize(("path", "limit"), [("/accounts/signup/", 20), ("/accounts/login/", 30)])
def test_sign_ups_and_logins_are_limited_for_each_visitor(
    client: Client, path: str, limit: int
) -> None:
    codes = [client.post(path, {"email": "x"}).status_code for _ in range(limit + 1)]
    assert codes == [200] * limit + [429]


def test_resets_are_limited_for_each_visitor(client: Client) -> None:
    forms = [{"email": f"nobody{number}@example.org"} for number in range(21)]
    codes = [client.post("/accounts/password/reset/", form).status_code for form in forms]
    assert codes == [302] * 20 + [429]


def test_letters_that_reset_a_password_are_limited(client: Client, alice: User) -> None:
    path, form = "/accounts/password/reset/", {"email": alice.email}
    codes = [client.post(path, form).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]
    assert "Too many attempts" in client.post(path, form).content.decode()
    assert len(sent_letters()) == 5


def test_logins_and_failures_are_logged(
    client: Client, alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "accounts")
    log_in(client, alice.email, "wrong")
    log_in(client, alice.email)
    failed, success = [vars(record) for record in caplog.records if record.name == "accounts"]
    assert (failed["message"], failed["email"]) == ("login_failed", alice.email)
    assert (success["message"], success["account"]) == ("login", alice.pk)
    assert success["client_address"] == "127.0.0.1"
    assert "wrong" not in str(failed)


def test_the_secret_is_kept_from_administrators(admin: User, alice: User, login: Login) -> None:
    switch_on_second_factor(alice)
    page = login(admin).get(f"/admin/accounts/user/{alice.pk}/change/")
    assert page.status_code == 200
    assert SECRET not in page.content.decode()
    assert User.objects.filter(authenticator__isnull=False).exists()
