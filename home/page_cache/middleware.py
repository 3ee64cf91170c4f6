"""Answers visitors who are not logged in with kept pages, and keeps what is made for them."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from wagtail.models import Page

from blog import fragments, quiet_cache
from blog.fragments import Marks
from home.page_cache import keys, store
from home.page_cache.pages import KeptPage, page_to_keep

GetResponse = Callable[[HttpRequest], HttpResponseBase]
Serve = Callable[[Page, HttpRequest, Any, Any], HttpResponseBase]

PAGES = "wagtail_serve"


def page_cache(get_response: GetResponse) -> GetResponse:
    """Answer with a kept page where there is one for the request."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        match = _match_of_a_page(request)
        if match is None:
            return get_response(request)
        with quiet_cache.quiet():
            generation = keys.may_be_kept(request) and store.generation_of(request)
            if not generation:
                return _made_for_one(request, get_response)
            request.resolver_match = match  # for the log
            return _kept_or_made(request, get_response, keys.key_of(request, generation))

    return middleware


def _match_of_a_page(request: HttpRequest) -> ResolverMatch | None:
    """Return the route of the request if it leads to Wagtail's pages and asks for one."""
    if request.method not in ("GET", "HEAD"):
        return None
    return _match(request.path_info, get_language(), settings.ROOT_URLCONF)


@lru_cache(maxsize=1024)
def _match(path: str, language: str | None, urlconf: str) -> ResolverMatch | None:
    """Return the route of a path; it may begin with the name of the present language."""
    try:
        match = resolve(path, urlconf)
    except Resolver404:
        return None
    return match if match.url_name == PAGES else None


def _made_for_one(request: HttpRequest, get_response: GetResponse) -> HttpResponseBase:
    response = get_response(request)
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _kept_or_made(request: HttpRequest, get_response: GetResponse, key: str) -> HttpResponseBase:
    """Answer with a kept page, or with one that is made and, if it may be, kept."""
    responses: list[HttpResponseBase] = []

    def make() -> KeptPage | None:
        marks = Marks()
        request.fragment_marks = marks  # type: ignore[attr-defined]
        response = get_response(request)
        page = page_to_keep(request, response, marks)
        if page is None:
            responses.append(_filled(request, response, marks))
        return page

    page = store.get_or_make(key, make)
    return page.answer(request) if page else responses[0]


def _filled(request: HttpRequest, response: HttpResponseBase, marks: Marks) -> HttpResponseBase:
    """Fill the gaps of a page that was made for the cache and is not to be kept."""
    if marks.gaps and isinstance(response, HttpResponse):
        response.content = fragments.fill(marks.cut(response.content), request)
    return response


def note_page(serve: Serve) -> Serve:
    """Note that a page is served; a hook inside the one that guards private pages."""

    def noting(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponseBase:
        request.page_served = True  # type: ignore[attr-defined]
        if getattr(request, "fragment_marks", None):
            keys.hide_other_parameters(request)
        return serve(page, request, args, kwargs)

    return noting
