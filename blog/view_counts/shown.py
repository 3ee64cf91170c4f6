"""The number of views as readers see it, without asking the database each time."""

import time
from collections.abc import Mapping
from functools import lru_cache

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext

from blog import quiet_cache
from blog.view_counts.models import ArticleViews

#: Seconds; the task that writes views down keeps the number right while it changes.
KEPT_FOR = 3600
#: Seconds for which a process does not ask the cache again, and for how many articles.
KEPT_IN_MEMORY_FOR = 5
MOST_IN_MEMORY = 10_000

_memory: dict[str, tuple[int, float]] = {}


def remember(counts: Mapping[int, int]) -> None:
    """Show these numbers of views from now on."""
    quiet_cache.set_many({_key(article): count for article, count in counts.items()}, KEPT_FOR)
    for article, count in counts.items():
        _keep_in_memory(_key(article), count)


def know(article: int, count: int) -> None:
    """Show this number, just read from the database, without asking for it."""
    _keep_in_memory(_key(article), count)


def number_of_views(article: int) -> int:
    """Return all views of an article, a minute old or so."""
    key = _key(article)
    count, until = _memory.get(cache.make_key(key), (0, 0.0))
    if time.monotonic() > until:
        count = _shared_number(article, key)
        _keep_in_memory(key, count)
    return count


def _shared_number(article: int, key: str) -> int:
    count: int | None = quiet_cache.get(key)
    if count is None:
        row = ArticleViews.objects.filter(article=article).values_list("count", flat=True)
        count = row.first() or 0
        # not `set`: a newer number may have been remembered since the row was read
        quiet_cache.add(key, count, KEPT_FOR)
    return count


def _keep_in_memory(key: str, count: int) -> None:
    if len(_memory) >= MOST_IN_MEMORY:
        _memory.clear()
    _memory[cache.make_key(key)] = (count, time.monotonic() + KEPT_IN_MEMORY_FOR)


def views_in_words(request: HttpRequest, article: str) -> str:
    """Return the number of views for a reader: "1,234 views"."""
    return _in_words(number_of_views(int(article)), get_language())


@lru_cache(maxsize=1024)
def _in_words(count: int, language: str | None) -> str:
    number = number_format(count, use_l10n=True, force_grouping=True)
    return ngettext("%(number)s view", "%(number)s views", count) % {"number": number}


def _key(article: int) -> str:
    return f"article-views:{article}"
