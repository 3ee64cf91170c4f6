"""The public site in two languages: what an address says, and what a visitor wants."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from wagtail.models import Locale, PageViewRestriction

from accounts.models import User
from accounts.tests.browsing import Login
from blog.tests.factories import BlogPageFactory
from home.models import HomePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def russian() -> Client:
    """A browser that was told to show Russian."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    return client


def language(response: Any) -> str:
    """Return the language that a page says it is in."""
    said: str = response.content.decode().partition('<html lang="')[2][:2]
    assert response["Content-Language"] == said
    return said


@pytest.mark.parametrize(
    ("path", "said"), [("/blog/", "en"), ("/ru/blog/", "ru"), ("/ru/", "ru"), ("/ru/none/", "ru")]
)
def test_the_address_says_the_language(
    client: Client, russian: Client, path: str, said: str
) -> None:
    assert language(client.get(path)) == said
    assert language(russian.get(path)) == said
    assert language(client.get(path, headers={"Accept-Language": "ru"})) == said


def test_it_says_so_to_people_with_another_language_in_their_account(
    login: Login, alice: User
) -> None:
    User.objects.update(language="ru")

    assert language(login(alice).get("/blog/")) == "en"
    assert language(login(alice).get("/dashboard/")) == "ru"


def test_who_comes_to_the_home_page_is_led_to_the_one_they_understand(
    client: Client, russian: Client
) -> None:
    for response in (
        russian.get("/?utm_source=letter"),
        client.get("/?utm_source=letter", headers={"Accept-Language": "ru,en;q=0.5"}),
    ):
        assert (response.status_code, response["Location"]) == (302, "/ru/?utm_source=letter")
        assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))


def test_nobody_is_led_to_a_home_page_that_cannot_be_read(russian: Client) -> None:
    home = HomePage.objects.get(locale__language_code="ru")
    PageViewRestriction.objects.create(page=home, restriction_type="login")
    assert language(russian.get("/")) == "en"

    PageViewRestriction.objects.all().delete()
    assert russian.get("/").status_code == 302
    home.unpublish()
    assert language(russian.get("/")) == "en"


@pytest.mark.usefixtures("page_cache")
def test_the_languages_of_home_pages_are_asked_for_once(
    russian: Client, django_assert_num_queries: Any
) -> None:
    assert russian.get("/").status_code == 302

    with django_assert_num_queries(0):
        assert russian.get("/").status_code == 302
    HomePage.objects.get(locale__language_code="ru").unpublish()
    assert russian.get("/").status_code == 200


def test_who_follows_a_link_of_ours_is_led_nowhere_else(russian: Client) -> None:
    response = russian.get("/", headers={"Referer": "http://testserver/ru/"})

    assert language(response) == "en"


def test_pages_without_a_language_in_their_address_follow_the_visitor(russian: Client) -> None:
    assert language(russian.get("/accounts/login/")) == "ru"


def test_the_switch_leads_to_the_same_page(client: Client) -> None:
    article = BlogPageFactory.create(slug="ask-first")
    translated = article.copy_for_translation(Locale.objects.get(language_code="ru"))
    translated.slug = "sprosite"
    translated.save_revision().publish()

    assert 'href="/ru/blog/sprosite/" hreflang="ru" lang="ru"' in client.get(
        "/blog/ask-first/"
    ).content.decode().replace("\n", " ")
    assert 'href="/blog/ask-first/" hreflang="en" lang="en"' in client.get(
        "/ru/blog/sprosite/"
    ).content.decode().replace("\n", " ")


def test_where_there_is_no_translation_it_leads_to_the_page_above(client: Client) -> None:
    article = BlogPageFactory.create()

    page = client.get(article.url).content.decode()

    assert 'href="/ru/blog/" hreflang="ru"' in page
    assert '<link rel="alternate" hreflang="ru"' not in page


def test_a_page_for_visitors_holds_nothing_of_one_visitor(client: Client) -> None:
    article = BlogPageFactory.create()

    for path in ("/", "/blog/", article.url, "/ru/"):
        response = client.get(path)
        assert not response.cookies
        assert "csrf" not in response.content.decode()
