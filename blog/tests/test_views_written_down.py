"""How views come from where they are counted into the database."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import BlogPage
from blog.outage import Outage
from blog.tasks import write_views_down
from blog.tests.factories import BlogPageFactory
from blog.view_counts import counters, redis_counters
from blog.view_counts.models import ArticleViews, DailyViews

pytestmark = pytest.mark.django_db


def read(article: BlogPage, visitors: range) -> None:
    for number in visitors:
        counters.add(article.pk, f"{number:016x}")


def total(article: BlogPage) -> int:
    return ArticleViews.objects.get(article=article).count


def test_many_views_are_few_writes() -> None:
    articles = BlogPageFactory.create_batch(3)
    for article in articles:
        read(article, range(200))

    with CaptureQueriesContext(connection) as queries:
        write_views_down()

    assert [total(article) for article in articles] == [200, 200, 200]
    assert len(queries) < 15


def test_writing_again_changes_nothing() -> None:
    article = BlogPageFactory.create()
    read(article, range(3))
    for _ in range(3):
        write_views_down()
    assert total(article) == 3

    read(article, range(2, 5))
    write_views_down()
    assert total(article) == 5


def test_without_news_nothing_is_written() -> None:
    read(BlogPageFactory.create(), range(3))
    write_views_down()

    with CaptureQueriesContext(connection) as queries:
        write_views_down()

    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


def test_what_is_counted_is_forgotten_when_it_is_old(
    pass_hours: Callable[[float], None], settings: LazySettings
) -> None:
    article = BlogPageFactory.create()
    read(article, range(3))
    pass_hours(72)

    write_views_down()

    assert total(article) == 3
    assert counters.counters().days() == []
    write_views_down()
    assert total(article) == 3


def test_days_are_kept_apart(pass_hours: Callable[[float], None]) -> None:
    article = BlogPageFactory.create()
    for number in (2, 3):
        read(article, range(number))
        pass_hours(24)
    write_views_down()

    assert total(article) == 5
    counts = DailyViews.objects.filter(article=article).order_by("day")
    assert list(counts.values_list("count", flat=True)) == [2, 3]


def test_views_of_a_deleted_article_stop_nobody() -> None:
    gone, article = BlogPageFactory.create_batch(2)
    for page in (gone, article):
        read(page, range(2))
    gone.delete()

    write_views_down()

    assert total(article) == 2
    assert ArticleViews.objects.count() == 1


def test_counting_goes_on_when_the_counter_lost_its_memory(settings: LazySettings) -> None:
    if not settings.VIEWS_REDIS_URL:
        pytest.skip("files lose nothing")
    article = BlogPageFactory.create()
    read(article, range(10))
    write_views_down()
    with redis.Redis.from_url(settings.VIEWS_REDIS_URL) as client:
        for key in client.scan_iter(f"{settings.VIEWS_PREFIX}:*"):
            client.delete(key)

    read(article, range(10, 13))
    write_views_down()

    assert total(article) == 13


def test_views_wait_until_redis_is_back(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not settings.VIEWS_REDIS_URL:
        pytest.skip("there is nothing that could be away")
    monkeypatch.setattr(redis_counters, "outage", Outage("The counter"))
    article, present = BlogPageFactory.create(), settings.VIEWS_REDIS_URL
    settings.VIEWS_REDIS_URL = "redis://127.0.0.1:1/0"
    read(article, range(5))
    write_views_down()
    assert not ArticleViews.objects.exists()

    settings.VIEWS_REDIS_URL = present
    read(article, range(5, 8))
    write_views_down()
    write_views_down()

    assert total(article) == 8


def test_a_line_cut_short_by_a_crash_does_no_harm(settings: LazySettings) -> None:
    settings.VIEWS_REDIS_URL = ""
    article = BlogPageFactory.create()
    read(article, range(2))
    file = Path(settings.VIEWS_DIR) / f"{datetime.now(UTC):%Y-%m-%dT%H}"
    with file.open("a") as hour:
        hour.write(f"{article.pk} 00")

    write_views_down()

    assert total(article) == 2
