"""Finding articles: by tag, by year, by word, and in another order."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from blog.models import BlogPage
from blog.tests.factories import BlogPageFactory

pytestmark = pytest.mark.django_db


def tagged(title: str, *tags: str, **fields: Any) -> BlogPage:
    return BlogPageFactory.create(title=title, tags=tags, **fields)


def titles(client: Client, path: str) -> list[str]:
    return [article.title for article in client.get(path).context["page_obj"]]


def test_a_tag_lists_what_is_about_it(client: Client) -> None:
    tagged("Ask first", "Consent", "Law")
    tagged("When to send", "Timing")

    assert titles(client, "/blog/tag/consent/") == ["Ask first"]
    page = client.get("/blog/").content.decode()
    assert "/blog/tag/consent/" in page
    assert "/blog/tag/timing/" in page


def test_a_russian_tag_has_a_latin_address(client: Client) -> None:
    tagged("Спросите", "Согласие")

    assert titles(client, "/blog/tag/soglasie/") == ["Спросите"]


def test_tags_of_drafts_are_not_told(client: Client) -> None:
    tagged("Secret", "Merger", live=False)

    assert "Merger" not in client.get("/blog/").content.decode()
    assert client.get("/blog/tag/merger/").status_code == 404


def test_a_year_lists_what_was_published_in_it(client: Client) -> None:
    BlogPageFactory.create(title="Old", published_on=date(2024, 12, 31))
    BlogPageFactory.create(title="New", published_on=date(2025, 1, 1))

    assert titles(client, "/blog/2024/") == ["Old"]
    assert "/blog/2025/" in client.get("/blog/").content.decode()


@pytest.mark.parametrize("path", ["/blog/2023/", "/blog/0/", "/blog/99999/", "/blog/tag/nothing/"])
def test_what_nobody_wrote_is_not_there(client: Client, path: str) -> None:
    BlogPageFactory.create(published_on=date(2024, 5, 5))

    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("greylisting", ["Filters"]),
        ("FILTERS greylisting", ["Filters"]),
        ("filters consent", []),
        ("согласие", ["Спросите"]),
        ("lead", ["Filters", "Спросите"]),
        ("deliverability", ["Filters"]),
        ('" OR 1=1 --', []),
        ("*", []),
    ],
)
def test_words_are_found_in_title_lead_body_and_tags(
    client: Client, search: str, found: list[str]
) -> None:
    body = [("text", "<p>Why <b>greylisting</b> works.</p>")]
    tagged("Filters", "Deliverability", body=body, lead="The lead")
    body = [("heading", "Согласие"), ("text", "<p>прежде всего</p>")]
    tagged("Спросите", body=body, lead="A lead too")
    tagged("Draft about greylisting", body=body, live=False)

    listed = [article.title for article in client.get("/blog/", {"q": search}).context["page_obj"]]

    assert sorted(listed) == sorted(found)


def test_a_search_without_result_says_what_to_do(client: Client) -> None:
    BlogPageFactory.create()

    page = client.get("/blog/", {"q": "<zebra>"}).content.decode()

    assert "Nothing found" in page
    assert "<zebra>" not in page
    assert 'content="noindex' in page


def test_a_search_without_an_end_is_cut_off(client: Client) -> None:
    assert client.get("/blog/", {"q": "x" * 5000 + "\0"}).status_code == 200


def test_the_order_can_be_turned_around(client: Client) -> None:
    BlogPageFactory.create(title="Old", published_on=date(2024, 1, 1))
    BlogPageFactory.create(title="New", published_on=date(2025, 1, 1))

    assert titles(client, "/blog/?order=oldest") == ["Old", "New"]
    assert titles(client, "/blog/?order=newest") == ["New", "Old"]
    assert titles(client, "/blog/?order=nonsense") == ["New", "Old"]
