"""Three articles on the home page, drawn for each view."""

import re

import pytest
from django.conf import LazySettings

from blog.models import BlogPage
from blog.tests.factories import BlogPageFactory
from blog.tests.readers import reader

pytestmark = pytest.mark.django_db


def drawn() -> list[str]:
    page = reader().get("/").content.decode()
    section = page[page.index('id="random-articles"') :].partition("</section>")[0]
    return re.findall(r">Article of ten (\d+)</a>", section)


@pytest.mark.usefixtures("page_cache")
def test_every_article_turns_up_on_a_kept_page(django_assert_num_queries: object) -> None:
    for number in range(10):
        BlogPageFactory.create(title=f"Article of ten {number}")
    reader().get("/")

    with django_assert_num_queries(0):  # type: ignore[operator]
        views = [drawn() for _ in range(200)]

    assert all(len(set(articles)) == 3 for articles in views)
    assert {article for articles in views for article in articles} == set("0123456789")


@pytest.mark.usefixtures("page_cache")
def test_it_changes_with_the_articles() -> None:
    for number in range(3):
        BlogPageFactory.create(title=f"Article of ten {number}")
    assert sorted(drawn()) == ["0", "1", "2"]

    BlogPage.objects.get(title="Article of ten 0").unpublish()

    assert sorted(drawn()) == ["1", "2"]


def test_it_is_drawn_without_a_cache_too(settings: LazySettings) -> None:
    for number in range(10):
        BlogPageFactory.create(title=f"Article of ten {number}")

    assert len({tuple(drawn()) for _ in range(20)}) > 1
