"""In which language a page is shown: as its address says, or as the visitor wants."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware
from django.urls import URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation
from django.utils.cache import patch_vary_headers

from home.languages import has_home

HOME = "/"


@cache
def _beginnings_elsewhere() -> frozenset[str]:
    """Return the first parts of all addresses that are not of Wagtail's pages."""
    return frozenset(_beginnings(get_resolver().url_patterns))


def _beginnings(patterns: Iterable[Any]) -> Iterator[str]:
    for each in patterns:
        if isinstance(each.pattern, LocalePrefixPattern):
            continue
        beginning = str(each.pattern).lstrip("^").partition("/")[0]
        if beginning:
            yield beginning
        elif isinstance(each, URLResolver):
            yield from _beginnings(each.url_patterns)


def is_of_a_page(path: str) -> bool:
    """Whether an address is one of Wagtail's pages, whose language it says itself."""
    return path[1:].partition("/")[0] not in _beginnings_elsewhere()


class LanguageMiddleware(LocaleMiddleware):
    """Activates the language of the address or, where it says none, the visitor's."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:  # type: ignore[override]
        """Lead who comes to the site from elsewhere to the home page in their language."""
        wanted = translation.get_language_from_request(request)
        language = wanted
        if is_of_a_page(request.path_info):
            in_path = translation.get_language_from_path(request.path_info)
            language = in_path or settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
        if wanted != language and _may_be_led(request) and has_home(request, wanted):
            response = HttpResponseRedirect(f"/{wanted}{request.get_full_path()}")
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            return response
        return None

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """Say which language it is, and what the answer depends on."""
        response.headers.setdefault("Content-Language", translation.get_language())
        if request.path_info == HOME or not is_of_a_page(request.path_info):
            patch_vary_headers(response, ("Accept-Language",))
        return response


def _may_be_led(request: HttpRequest) -> bool:
    """Whether no link of ours led to the home page: who follows one has chosen the language."""
    if request.path_info != HOME:
        return False
    return urlsplit(request.headers.get("Referer", "")).netloc != request.get_host()
