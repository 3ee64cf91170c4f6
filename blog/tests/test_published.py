"""What visitors find in the blog."""

from datetime import date

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from blog.models import BlogIndexPage, BlogPage
from blog.tests.factories import BlogPageFactory, first_blog

pytestmark = pytest.mark.django_db


def test_newest_articles_come_first() -> None:
    BlogPageFactory.create(title="Old", published_on=date(2025, 1, 1))
    BlogPageFactory.create(title="New", published_on=date(2026, 1, 1))
    BlogPageFactory.create(title="Newer on the same day", published_on=date(2026, 1, 1))

    titles = [article.title for article in BlogPage.objects.published()]

    assert titles == ["Newer on the same day", "New", "Old"]


def test_a_draft_is_neither_listed_nor_served(client: Client) -> None:
    draft = BlogPageFactory.create(title="Unfinished", live=False)

    assert "Unfinished" not in client.get("/blog/").content.decode()
    assert client.get(f"/blog/{draft.slug}/").status_code == 404


def test_a_private_article_is_not_listed(client: Client) -> None:
    private = BlogPageFactory.create(title="For colleagues")
    PageViewRestriction.objects.create(page=private, restriction_type="login")

    assert "For colleagues" not in client.get("/blog/").content.decode()
    assert not BlogPage.objects.published().exists()


@pytest.mark.parametrize("above", [True, False])
def test_a_private_article_is_shown_to_nobody_who_may_not_see_it(
    client: Client, above: bool
) -> None:
    article = BlogPageFactory.create(title="For colleagues")
    page = first_blog() if above else article
    PageViewRestriction.objects.create(page=page, restriction_type="login")

    response = client.get(article.url)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_an_alias_of_a_private_article_is_private_too(client: Client) -> None:
    article = BlogPageFactory.create()
    alias = article.create_alias(update_slug="again")
    PageViewRestriction.objects.create(page=article, restriction_type="login")

    assert client.get(alias.url).status_code == 302


def test_articles_elsewhere_are_not_of_this_blog() -> None:
    blog = first_blog()
    other = blog.get_parent().add_child(instance=BlogIndexPage(title="Other", slug="other"))
    BlogPageFactory.create(parent=other)

    assert not blog.articles.exists()
