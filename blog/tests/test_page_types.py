"""Which page may stand under which."""

import pytest
from wagtail.models import Page

from blog.models import BlogIndexPage, BlogPage
from blog.tests.factories import BlogPageFactory, first_blog

pytestmark = pytest.mark.django_db


def test_only_articles_stand_in_the_blog() -> None:
    assert BlogIndexPage.allowed_subpage_models() == [BlogPage]
    assert BlogPage.allowed_parent_page_models() == [BlogIndexPage]


def test_nothing_stands_under_an_article() -> None:
    assert BlogPage.allowed_subpage_models() == []


def test_there_is_one_blog() -> None:
    home = first_blog().get_parent()

    assert not BlogIndexPage.can_create_at(home)


def test_searching_finds_an_article_by_its_body() -> None:
    article = BlogPageFactory.create(body=[("text", "<p>greylisting</p>")])

    assert [page.pk for page in Page.objects.search("greylisting")] == [article.pk]
