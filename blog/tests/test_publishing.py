"""What becomes of an article: planned, moved, renamed, copied."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale

from accounts.tests.browsing import PassHours
from blog.models import BlogIndexPage, BlogPage
from blog.tests.factories import BlogPageFactory, first_blog

pytestmark = pytest.mark.django_db


def test_a_planned_article_appears_and_disappears_by_itself(
    client: Client, pass_hours: PassHours
) -> None:
    article = BlogPageFactory.create(slug="planned", live=False)
    now = timezone.now()
    article.go_live_at, article.expire_at = now + timedelta(hours=1), now + timedelta(hours=3)
    article.save_revision().publish()

    seen = []
    for _hour in range(4):
        call_command("publish_scheduled")
        seen.append(client.get("/blog/planned/").status_code)
        pass_hours(1.01)

    assert seen == [404, 200, 200, 404]


def test_the_old_address_leads_to_the_new_one(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    article = BlogPageFactory.create(slug="old-name")
    article.slug = "new-name"
    with django_capture_on_commit_callbacks(execute=True):
        article.save_revision().publish()

    response = client.get("/blog/old-name/")

    assert (response.status_code, response["Location"]) == (301, "/blog/new-name/")


def test_the_old_place_leads_to_the_new_one(client: Client) -> None:
    article = BlogPageFactory.create(slug="moved")
    home = first_blog().get_parent()
    archive = home.add_child(instance=BlogIndexPage(title="Archive", slug="archive"))
    article.move(archive, pos="last-child")

    response = client.get("/blog/moved/")

    assert (response.status_code, response["Location"]) == (301, "/archive/moved/")


def test_an_alias_follows_its_source(client: Client) -> None:
    source = BlogPageFactory.create(title="Ask first")
    alias = source.create_alias(update_slug="again")
    source.title = "Ask twice"
    source.save_revision().publish()

    page = client.get("/blog/again/").content.decode()

    assert alias.pk != source.pk
    assert "<h1>Ask twice</h1>" in page


def test_a_translation_begins_as_a_draft_under_the_other_blog(client: Client) -> None:
    article = BlogPageFactory.create(slug="ask-first")
    copy = article.copy_for_translation(Locale.objects.get(language_code="ru"))

    assert copy.get_parent().specific == BlogIndexPage.objects.get(locale__language_code="ru")
    assert client.get("/ru/blog/ask-first/").status_code == 404
    copy.save_revision().publish()
    assert client.get("/ru/blog/ask-first/").status_code == 200


@pytest.mark.parametrize("slug", ["feed", "2026"])
def test_an_article_takes_no_address_of_the_blog(slug: str) -> None:
    article = BlogPage(title="Mine", slug=slug, lead="x", body=[("text", "<p>x</p>")])

    with pytest.raises(Exception, match="uses this address itself"):
        first_blog().add_child(instance=article)
