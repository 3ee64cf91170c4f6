"""Three articles drawn anew for every view of the home page."""

import random
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language

from blog.models import BlogPage

DRAWN = 3
#: Seconds for which a pool and what cards show are kept; whatever changes them drops them at once.
KEPT_FOR = 60 * 60
GENERATION = "home.random_articles.generation"


def three(request: HttpRequest) -> list[BlogPage]:
    """Return three articles (or as many as there are) in the language of the request.

    When pool and cards are in the cache, the database is not asked.
    """
    generation = cache.get_or_set(GENERATION, lambda: uuid4().hex, None)
    prefix = f"home.random_articles.{generation}"
    keys = _pool(prefix, get_language() or "")
    drawn = random.sample(keys, min(DRAWN, len(keys)))
    found = _cards(prefix, drawn)
    return [found[pk] for pk in drawn if pk in found]


def _pool(prefix: str, language: str) -> list[int]:
    """Return the keys of all articles that can be drawn in a language."""
    pool: list[int] | None = cache.get(f"{prefix}.{language}")
    if pool is None:
        articles = BlogPage.objects.published().filter(locale__language_code=language)
        pool = list(articles.order_by().values_list("pk", flat=True))
        cache.set(f"{prefix}.{language}", pool, KEPT_FOR)
    return pool


def _cards(prefix: str, keys: Sequence[int]) -> dict[int, BlogPage]:
    """Return articles with what their cards show, from the cache as far as they are there."""
    found = {each.pk: each for each in cache.get_many([f"{prefix}.{pk}" for pk in keys]).values()}
    missing = [pk for pk in keys if pk not in found]
    if missing:
        articles = BlogPage.objects.published().with_cards().filter(pk__in=missing)
        read = {article.pk: article for article in articles}
        cache.set_many({f"{prefix}.{pk}": article for pk, article in read.items()}, KEPT_FOR)
        found |= read
    return found


def forget(**kwargs: Any) -> None:
    """Drop what is kept, because a page, a picture or who may read something changed.

    Not before the change is committed: somebody would keep the old state anew.
    """
    transaction.on_commit(lambda: cache.delete(GENERATION))
