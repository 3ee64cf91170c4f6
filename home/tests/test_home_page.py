"""The home page."""

from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from blog.models import BlogIndexPage
from blog.tests.factories import BlogPageFactory, first_blog
from home.models import HomePage, StandardPage
from home.tests.factories import first_home

pytestmark = pytest.mark.django_db


def shown(client: Client) -> str:
    return client.get("/").content.decode()


def test_unwritten_it_tells_what_mailshot_is(client: Client) -> None:
    page = shown(client)

    assert "Send letters that people are glad to get" in page
    assert "/accounts/signup/" in page
    assert "Lists that stay clean" in page


def test_what_editors_wrote_takes_its_place(client: Client) -> None:
    home = first_home()
    home.hero_heading, home.lead = "Hello", "Our own words"
    features = {"heading": "Why", "features": [{"title": "Fast", "text": "Very"}]}
    home.body = [("features", features), ("text", "<p>And more.</p>")]
    home.save()

    page = shown(client)

    assert all(text in page for text in ["Hello", "Our own words", "Why", "Fast", "And more."])
    assert "Lists that stay clean" not in page


def test_the_latest_articles_are_shown_where_editors_want_them(client: Client) -> None:
    for day in range(1, 5):
        BlogPageFactory.create(title=f"Of day {day}", published_on=date(2026, 1, day))
    home = first_home()
    home.body = [("latest", {"heading": "Fresh from the press", "number": 2})]
    home.save()

    section = shown(client).partition("Fresh from the press")[2].partition("</section>")[0]

    assert section.index("Of day 4") < section.index("Of day 3")
    assert "Of day 2" not in section


def test_without_articles_or_blog_it_still_stands(client: Client) -> None:
    assert "From the blog" not in shown(client)
    first_blog().delete()
    assert client.get("/").status_code == 200


def test_who_is_logged_in_is_led_to_the_dashboard(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "To the dashboard" in shown(client)


def test_there_is_one_home_page() -> None:
    assert not HomePage.can_create_at(first_home().get_parent())
    assert HomePage.allowed_subpage_models() == [BlogIndexPage, StandardPage]


def test_the_standard_words_can_be_translated() -> None:
    home = HomePage()
    with translation.override("en"):
        assert home.heading
        assert home.summary
