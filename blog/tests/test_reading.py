"""What helps to read an article."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from blog.models import BlogPage
from blog.tests.factories import BlogPageFactory

pytestmark = pytest.mark.django_db


def context(client: Client, article: BlogPage) -> Any:
    return client.get(article.url).context


def tagged(title: str, *tags: str, **fields: Any) -> BlogPage:
    return BlogPageFactory.create(title=title, tags=tags, **fields)


def test_the_table_of_contents_leads_to_every_heading(client: Client) -> None:
    headings = ["Before", "While & after", "Before", "Прежде всего"]
    article = BlogPageFactory.create(body=[("heading", heading) for heading in headings])

    page = client.get(article.url).content.decode()

    for anchor in ("before", "while-after", "before-2", "prezhde-vsego"):
        assert f'href="#{anchor}"' in page
        assert f'id="{anchor}"' in page


def test_headings_never_take_the_ids_of_the_frame(client: Client) -> None:
    article = BlogPageFactory.create(body=[("heading", "Main"), ("heading", "★")])

    page = client.get(article.url).content.decode()

    assert page.count('id="main"') == 1
    assert '<h2 id="main-2">Main</h2>' in page
    assert '<h2 id="section">★</h2>' in page


def test_a_short_article_has_no_table_of_contents(client: Client) -> None:
    article = BlogPageFactory.create(body=[("heading", "One"), ("heading", "Two")])

    assert context(client, article)["headings"] == []


@pytest.mark.parametrize(("words", "minutes"), [(1, 1), (200, 1), (201, 2), (1000, 5)])
def test_the_time_to_read_grows_with_the_words(words: int, minutes: int) -> None:
    article = BlogPageFactory.create(body=[("text", f"<p>{'word ' * words}</p>")])

    assert article.reading_minutes == minutes


def test_the_time_to_read_follows_what_is_published() -> None:
    article = BlogPageFactory.create()
    article.body = [("text", f"<p>{'word ' * 900}</p>")]
    article.save_revision().publish()

    article.refresh_from_db()

    assert article.reading_minutes == 5


def test_neighbours_are_the_next_in_time(client: Client) -> None:
    oldest, old, same_day, new = (
        BlogPageFactory.create(published_on=date(2026, 1, day)) for day in (1, 2, 2, 3)
    )

    shown = context(client, old)

    assert (shown["older"], shown["newer"]) == (oldest, same_day)
    assert (context(client, new)["older"], context(client, new)["newer"]) == (same_day, None)
    assert context(client, oldest)["older"] is None


def test_related_articles_share_most_tags(client: Client) -> None:
    article = tagged("This", "consent", "lists", "law")
    tagged("One in common", "consent")
    tagged("Nothing in common", "timing")
    tagged("All in common", "consent", "lists", "law")
    tagged("Two in common", "law", "lists", "spam")
    tagged("One in common and newer", "law", published_on=date(2100, 1, 1))

    assert [each.title for each in context(client, article)["related"]] == [
        "All in common",
        "Two in common",
        "One in common and newer",
    ]


def test_without_tags_nothing_is_related(client: Client) -> None:
    article = tagged("This")
    tagged("Another", "consent")

    assert context(client, article)["related"] == []


def test_drafts_are_neither_neighbours_nor_related(client: Client) -> None:
    article = tagged("This", "consent", published_on=date(2026, 1, 2))
    tagged("Draft", "consent", live=False, published_on=date(2026, 1, 1))

    shown = context(client, article)

    assert (shown["related"], shown["older"]) == ([], None)
