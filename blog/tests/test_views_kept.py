"""The number of views through all that can happen to an article."""

import pytest

from blog.models import BlogPage
from blog.tasks import write_views_down
from blog.tests.factories import BlogPageFactory, first_blog
from blog.tests.readers import reader
from blog.view_counts import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> BlogPage:
    """An article that three visitors have read."""
    made = BlogPageFactory.create(title="As it was")
    made.save_revision().publish()
    read(made, range(3))
    return made


def read(article: BlogPage, visitors: range) -> None:
    for number in visitors:
        assert reader(number).get(article.url).status_code == 200
    write_views_down()


def views(article: BlogPage) -> int:
    return shown.number_of_views(article.pk)


def test_publishing_a_draft_keeps_the_count(article: BlogPage) -> None:
    draft = BlogPage.objects.get(pk=article.pk)
    draft.title = "Newer"
    older = draft.save_revision()
    read(article, range(3, 5))

    older.publish()

    assert BlogPage.objects.get(pk=article.pk).title == "Newer"
    assert views(article) == 5


def test_going_back_to_an_earlier_revision_keeps_the_count(article: BlogPage) -> None:
    first = article.revisions.earliest("created_at")
    article.title = "Newer"
    article.save_revision().publish()
    read(article, range(3, 5))

    first.publish()

    assert BlogPage.objects.get(pk=article.pk).title == "As it was"
    assert views(article) == 5


def test_unpublishing_and_publishing_again_keeps_the_count(article: BlogPage) -> None:
    article.unpublish()
    assert views(article) == 3

    article.save_revision().publish()
    read(article, range(3, 5))
    assert views(article) == 5


def test_moving_keeps_the_count(article: BlogPage) -> None:
    other = BlogPageFactory.create()
    article.move(other, pos="left")
    moved = BlogPage.objects.get(pk=article.pk)
    moved.slug = "elsewhere"
    moved.save_revision().publish()

    read(BlogPage.objects.get(pk=article.pk), range(3, 5))

    assert views(article) == 5


def test_a_copy_starts_at_nought(article: BlogPage) -> None:
    copy = article.copy(update_attrs={"slug": "copy"}, to=first_blog())
    assert (views(copy), views(article)) == (0, 3)

    read(copy, range(1))
    assert (views(copy), views(article)) == (1, 3)


def test_deleting_deletes_the_count(article: BlogPage) -> None:
    article.delete()

    assert views(article) in (0, 3)  # from the cache for a while
    write_views_down()
    assert not BlogPage.objects.filter(views__isnull=False).exists()
