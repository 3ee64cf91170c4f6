"""Whatever changes what pages show is seen at once, though they were kept."""

import time
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Site

from accounts.models import User
from blog.models import BlogPage
from blog.tests.factories import BlogPageFactory, ImageFactory, first_blog
from blog.tests.readers import reader
from home.page_cache import store

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("page_cache")]

Change = Callable[[BlogPage], object]


@pytest.fixture
def article(admin: User) -> BlogPage:
    """An article whose pages are kept."""
    made = BlogPageFactory.create(
        title="As it was", slug="ask", author=admin, picture=ImageFactory.create()
    )
    made.save_revision().publish()
    for address in ("/", "/blog/", "/blog/ask/"):
        assert "As it was" in shown(address)
    return made


def shown(address: str) -> str:
    return str(reader().get(address).content.decode())


def test_what_is_published_is_seen_at_once_everywhere(article: BlogPage) -> None:
    article.title = "As it is"
    article.save_revision().publish()

    for address in ("/", "/blog/", "/blog/ask/"):
        assert "As it is" in shown(address)
        assert "As it was" not in shown(address)


def test_a_draft_changes_nothing(article: BlogPage) -> None:
    before = store.generation()
    article.title = "As it will be"
    article.save_revision()

    assert store.generation() == before
    assert "As it was" in shown("/blog/ask/")


def test_what_is_unpublished_is_gone_at_once(article: BlogPage) -> None:
    article.unpublish()

    assert reader().get("/blog/ask/").status_code == 404
    assert "As it was" not in shown("/blog/") + shown("/")


def test_what_is_deleted_is_gone_at_once(article: BlogPage) -> None:
    article.delete()

    assert reader().get("/blog/ask/").status_code == 404
    assert "As it was" not in shown("/blog/") + shown("/")


def test_a_new_address_is_used_at_once(article: BlogPage) -> None:
    article.slug = "ask-first"
    article.save_revision().publish()

    assert reader().get("/blog/ask/").status_code == 404
    assert "/blog/ask-first/" in shown("/blog/")


def test_a_new_author_name_is_seen_at_once(article: BlogPage, admin: User) -> None:
    assert "Ada Admin" in shown("/blog/ask/")
    admin.full_name = "Ada Lovelace"
    admin.save()

    assert "Ada Lovelace" in shown("/blog/ask/")


def _move(article: BlogPage) -> None:
    article.move(BlogPageFactory.create(slug="other"), pos="left")


def _save_picture(article: BlogPage) -> None:
    assert article.picture
    article.picture.description = "A teal field"
    article.picture.save()


@pytest.mark.parametrize(
    "change",
    [
        _move,
        _save_picture,
        lambda article: article.picture.delete(),
        lambda article: article.copy(update_attrs={"slug": "copy"}),
        lambda article: Site.objects.get().save(),
        lambda article: Locale.objects.create(language_code="de"),
        lambda article: Redirect.add_redirect("/old/", article),
        lambda article: first_blog().save(),
        lambda article: article.author.delete(),
    ],
)
def test_other_changes_begin_a_new_generation(article: BlogPage, change: Change) -> None:
    before = store.generation()
    change(article)

    assert store.generation() != before


def test_what_pages_do_not_show_begins_none(article: BlogPage, alice: User) -> None:
    before = store.generation()
    Client().force_login(alice)
    alice.full_name = "Alice Adams"
    alice.save()

    assert store.generation() == before


def test_others_see_a_change_when_it_is_committed(
    article: BlogPage, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:  # type: ignore[attr-defined]
        article.save_revision().publish()
    seen_before = store.generation()

    for callback in callbacks:
        callback()

    assert callbacks
    assert store.generation() != seen_before


def test_what_another_process_publishes_is_seen_in_the_twinkling_of_an_eye(
    article: BlogPage,
) -> None:
    """Of another process only the generation in the shared cache is seen."""
    BlogPage.objects.filter(pk=article.pk).update(title="As it is")
    assert "As it was" in shown("/blog/ask/")

    cache.set(store.GENERATION, "of-another-process", None)
    time.sleep(store.KNOWN_FOR)

    assert "As it is" in shown("/blog/ask/")
    assert store.KNOWN_FOR < 0.1
