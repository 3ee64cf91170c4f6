"""Articles on the home page that are drawn anew for each view."""

import random

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language

from blog.models import BlogPage
from home.page_cache import store

#: Of so many articles, drawn every few minutes, each view gets some.
POOL = 60
SHOWN = 3


def three(request: HttpRequest, locale: str = "") -> list[str]:
    """Return the cards of three articles, or of all when there are fewer."""
    pool = _pool(request, locale)
    return random.sample(pool, min(SHOWN, len(pool)))


def three_cards(request: HttpRequest, locale: str) -> str:
    """Return three cards as items of a list; `locale` is the key of the articles' locale."""
    return "".join(f"<li>{card}</li>" for card in three(request, locale))


def _pool(request: HttpRequest, locale: str) -> list[str]:
    generation = store.generation_of(request)
    if generation is None:
        return _cards(request, locale, SHOWN)
    place = f"{request.scheme}://{request.get_host()}"
    key = f"random:{generation}:{get_language()}:{locale}:{place}"
    pool = store.get_or_make(key, lambda: _cards(request, locale, POOL))
    return pool if pool is not None else []


def _cards(request: HttpRequest, locale: str, number: int) -> list[str]:
    articles = BlogPage.objects.live().public()
    if locale:
        articles = articles.filter(locale=locale)
    drawn = list(articles.order_by("?").values_list("pk", flat=True)[:number])
    return [
        render_to_string("blog/card.html", {"article": article}, request)
        for article in BlogPage.objects.filter(pk__in=drawn).with_cards()
    ]
