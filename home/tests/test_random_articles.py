"""Three articles on the home page, drawn anew for every view."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.models import PageViewRestriction

from blog.models import BlogIndexPage, BlogPage
from blog.tests.factories import BlogPageFactory, ImageFactory, first_blog
from home.random_articles import three

pytestmark = pytest.mark.django_db


def drawn(times: int = 1) -> set[BlogPage]:
    return {article for _ in range(times) for article in three(RequestFactory().get("/"))}


def test_every_article_turns_up_in_two_hundred_views(client: Client) -> None:
    titles = {article.title for article in BlogPageFactory.create_batch(10)}

    views = [client.get("/").context["random_articles"] for _ in range(200)]

    assert {len(view) for view in views} == {3}
    assert all(len({article.pk for article in view}) == 3 for view in views)
    assert {article.title for view in views for article in view} == titles


def test_once_kept_they_cost_no_query() -> None:
    for article in BlogPageFactory.create_batch(5, picture=ImageFactory.create()):
        assert article.url
    drawn(50)

    with CaptureQueriesContext(connection) as asked:
        for article in drawn(20):
            assert article.title
            assert article.author_name == ""
            assert article.picture
            assert article.picture.title
            assert list(article.picture.renditions.all()) == []
    assert len(asked) == 0


def test_they_are_in_the_language_of_the_page() -> None:
    russian = BlogIndexPage.objects.get(locale__language_code="ru")
    BlogPageFactory.create(title="Ask")
    BlogPageFactory.create(title="Спросите", parent=russian)

    assert [article.title for article in drawn()] == ["Ask"]
    with translation.override("ru"):
        assert [article.title for article in drawn()] == ["Спросите"]


def test_fewer_than_three_are_all_there_are() -> None:
    assert drawn() == set()
    article = BlogPageFactory.create()
    cache.clear()

    assert drawn() == {article}


def publish(article: BlogPage) -> None:
    article.title = "New title"
    article.save_revision().publish()


def unpublish(article: BlogPage) -> None:
    article.unpublish()


def delete(article: BlogPage) -> None:
    article.delete()


def make_private(article: BlogPage) -> None:
    PageViewRestriction.objects.create(page=article, restriction_type="login")


def make_blog_private(article: BlogPage) -> None:
    PageViewRestriction.objects.create(page=first_blog(), restriction_type="login")


def change_picture(article: BlogPage) -> None:
    assert article.picture
    article.picture.title = "New title"
    article.picture.save()


CHANGES = {
    publish: {"New title"},
    unpublish: set(),
    delete: set(),
    make_private: set(),
    make_blog_private: set(),
    change_picture: {"Title"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_at_once(change: Any, django_capture_on_commit_callbacks: Any) -> None:
    article = BlogPageFactory.create(title="Title", picture=ImageFactory.create())
    assert {each.title for each in drawn()} == {"Title"}

    with django_capture_on_commit_callbacks(execute=True):
        change(article)

    assert {each.title for each in drawn()} == CHANGES[change]
    if change is change_picture:
        assert {each.picture and each.picture.title for each in drawn()} == {"New title"}
