"""The number of views as readers see it, without asking the database each time."""

from collections.abc import Mapping
from functools import lru_cache

from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext

from blog import quiet_cache
from blog.view_counts.models import ArticleViews

#: Seconds; the task that writes views down keeps the number right while it changes.
KEPT_FOR = 3600


def remember(counts: Mapping[int, int]) -> None:
    """Show these numbers of views from now on."""
    quiet_cache.set_many({_key(article): count for article, count in counts.items()}, KEPT_FOR)


def number_of_views(article: int) -> int:
    """Return all views of an article, a minute old at most."""
    count = quiet_cache.get(_key(article))
    if count is None:
        row = ArticleViews.objects.filter(article=article).values_list("count", flat=True)
        count = row.first() or 0
        # not `set`: a newer number may have been remembered since the row was read
        quiet_cache.add(_key(article), count, KEPT_FOR)
    return int(count)


def views_in_words(request: HttpRequest, article: str) -> str:
    """Return the number of views for a reader: "1,234 views"."""
    return _in_words(number_of_views(int(article)), get_language())


@lru_cache(maxsize=1024)
def _in_words(count: int, language: str | None) -> str:
    number = number_format(count, use_l10n=True, force_grouping=True)
    return ngettext("%(number)s view", "%(number)s views", count) % {"number": number}


def _key(article: int) -> str:
    return f"article-views:{article}"
