"""Choosing the language, with and without an account."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.browsing import Login

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/language/"


def test_a_visitor_keeps_it_in_a_cookie(client: Client) -> None:
    response = client.post(PAGE, {"language": "ru", "next": "/accounts/login/"}, follow=True)
    assert response.redirect_chain == [("/accounts/login/", 302)]
    assert '<html lang="ru">' in response.content.decode()


def test_a_user_keeps_it_in_the_account(login: Login, alice: User) -> None:
    login(alice).post(PAGE, {"language": "ru", "next": "/dashboard/settings/"})
    page = login(alice).get("/dashboard/settings/").content.decode()
    assert '<html lang="ru">' in page


@pytest.mark.parametrize(
    "next_page", ["https://evil.example/", "//evil.example", "javascript:0", ""]
)
def test_it_never_leads_elsewhere(client: Client, next_page: str) -> None:
    assert client.post(PAGE, {"language": "ru", "next": next_page})["Location"] == "/ru/"


@pytest.mark.parametrize("language", ["", "xx", "fr", "../en"])
def test_a_language_that_the_site_lacks_changes_nothing(
    login: Login, alice: User, language: str
) -> None:
    client = login(alice)
    client.post(PAGE, {"language": language})
    alice.refresh_from_db()
    assert alice.language == ""
    assert "django_language" not in client.cookies


def test_opening_the_address_changes_nothing(client: Client) -> None:
    assert client.get(PAGE, {"language": "ru"}).status_code == 405


def test_pages_from_the_cache_need_no_token_and_accounts_do(alice: User) -> None:
    visitor = Client(enforce_csrf_checks=True)
    assert visitor.post(PAGE, {"language": "ru", "next": "/"}).status_code == 302

    visitor.force_login(alice)
    assert visitor.post(PAGE, {"language": "en", "next": "/"}).status_code == 403
    alice.refresh_from_db()
    assert alice.language == ""
