"""Brings the database up to date with what was counted."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from blog.models import BlogPage
from blog.view_counts import shown
from blog.view_counts.counters import counters
from blog.view_counts.counting import DayCount
from blog.view_counts.models import ArticleViews, DailyViews

#: Articles that one transaction deals with.
BATCH = 500


def write_down() -> None:
    """Write what was counted since the last time; being killed in between does no harm."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    counting = counters()
    for counted in counting.days():
        _write_day(counted)
        if counted.day < yesterday:
            counting.forget(counted.day)


def _write_day(counted: DayCount) -> None:
    known = _known(counted)
    grown = [key for key, count in counted.views.items() if count > known.get(key, 0)]
    for start in range(0, len(grown), BATCH):
        shown.remember(_raise_counts(counted, grown[start : start + BATCH]))


def _known(counted: DayCount) -> dict[int, int]:
    return dict(_rows(counted).values_list("article", "count"))


def _raise_counts(counted: DayCount, articles: list[int]) -> dict[int, int]:
    """Raise the counts of a few articles to what was counted; return all their views.

    The rows of `ArticleViews` are locked, so nobody else adds the same difference.
    """
    with transaction.atomic():
        totals = _locked_totals(articles)
        known = dict(_rows(counted).filter(article__in=totals).values_list("article", "count"))
        for key, total in totals.items():
            total.count += max(counted.views[key] - known.get(key, 0), 0)
        ArticleViews.objects.bulk_update(totals.values(), ["count"])
        DailyViews.objects.bulk_create(
            (
                DailyViews(
                    article_id=key,
                    day=counted.day,
                    source=counted.source,
                    count=max(counted.views[key], known.get(key, 0)),
                )
                for key in totals
            ),
            update_conflicts=True,
            unique_fields=["article", "day", "source"],
            update_fields=["count"],
        )
    return {key: total.count for key, total in totals.items()}


def _locked_totals(articles: list[int]) -> dict[int, ArticleViews]:
    """Return the rows of those articles that still exist, making those that are missing."""
    existing = BlogPage.objects.filter(pk__in=articles).values_list("pk", flat=True)
    ArticleViews.objects.bulk_create(
        (ArticleViews(article_id=key) for key in existing), ignore_conflicts=True
    )
    rows = ArticleViews.objects.filter(article__in=articles).order_by("article")
    return {row.article_id: row for row in rows.select_for_update()}


def _rows(counted: DayCount) -> QuerySet[DailyViews]:
    return DailyViews.objects.filter(day=counted.day, source=counted.source)
