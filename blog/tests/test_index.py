"""The page that lists the articles."""

import pytest
from django.test import Client
from django.utils import translation

from blog.listing import ON_A_PAGE
from blog.models import BlogIndexPage
from blog.tests.factories import BlogPageFactory

pytestmark = pytest.mark.django_db


def test_an_empty_blog_says_so(client: Client) -> None:
    assert "No articles yet" in client.get("/blog/").content.decode()


def test_a_card_shows_title_lead_author_and_date(client: Client, admin: object) -> None:
    BlogPageFactory.create(title="Ask first", lead="Consent.", author=admin)

    page = client.get("/blog/").content.decode()

    assert all(text in page for text in ["Ask first", "Consent.", "Ada Admin", "<time"])


def test_articles_are_split_into_pages(client: Client) -> None:
    BlogPageFactory.create_batch(ON_A_PAGE + 1)

    assert len(client.get("/blog/").context["page_obj"]) == ON_A_PAGE
    assert len(client.get("/blog/?page=2").context["page_obj"]) == 1


@pytest.mark.parametrize("page", ["99", "0", "-1", "abc", "%00"])
def test_a_page_that_is_not_shows_the_nearest(client: Client, page: str) -> None:
    BlogPageFactory.create(title="Only one")

    assert "Only one" in client.get(f"/blog/?page={page}").content.decode()


def test_the_standard_introduction_speaks_the_visitors_language() -> None:
    blog = BlogIndexPage(intro="")
    with translation.override("en"):
        assert blog.intro_shown.startswith("How to write")
    assert BlogIndexPage(intro="Our own words").intro_shown == "Our own words"
