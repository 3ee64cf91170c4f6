"""Answers to visitors who have a page already, and to those who ask for its head."""

import pytest

from blog.tests.factories import BlogPageFactory
from blog.tests.readers import reader
from blog.view_counts import shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("page_cache")]


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_page_that_is_the_same_is_not_sent_again(method: str) -> None:
    article = BlogPageFactory.create()
    found = reader().get(article.url)

    again = getattr(reader(), method)(article.url, headers={"If-None-Match": found["ETag"]})

    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == found["ETag"]
    assert "Cookie" in again["Vary"]


def test_a_page_that_has_changed_is_sent() -> None:
    article = BlogPageFactory.create()
    found = reader().get(article.url)
    shown.remember({article.pk: 7})

    again = reader().get(article.url, headers={"If-None-Match": found["ETag"]})

    assert again.status_code == 200
    assert "7 views" in again.content.decode()


def test_the_head_is_that_of_the_page() -> None:
    article = BlogPageFactory.create()
    for _ in range(2):
        head, page = reader().head(article.url), reader().get(article.url)

        assert head.content == b""
        for name in ("ETag", "Content-Length", "Content-Type", "Vary", "Cache-Control"):
            assert head[name] == page[name]
        assert int(head["Content-Length"]) == len(page.content)


def test_caches_on_the_way_are_told_what_it_depends_on() -> None:
    article = BlogPageFactory.create()
    for _ in range(2):
        answer = reader().get(article.url)

        varies = {name.strip() for name in answer["Vary"].split(",")}
        assert varies >= {"Cookie", "Accept-Language"}
        assert answer["Cache-Control"] == "no-cache"
