"""In which languages there is a home page."""

from django.http import HttpRequest

from blog.articles import restricted
from home.models import HomePage
from home.page_cache import store


def has_home(request: HttpRequest, language: str) -> bool:
    """Whether everybody may read a home page in a language."""
    generation = store.generation_of(request)
    if generation is None:
        return language in _languages()
    kept = store.get_or_make(f"homes:{generation}", _languages)
    return language in (kept or ())


def _languages() -> list[str]:
    homes = HomePage.objects.live().exclude(restricted())
    return list(homes.values_list("locale__language_code", flat=True))
