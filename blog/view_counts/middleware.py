"""Counts views around every request, whether the page is made anew or comes from the cache."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.models import Page

from blog.models import BlogPage
from blog.view_counts import visits

GetResponse = Callable[[HttpRequest], HttpResponseBase]
Serve = Callable[[Page, HttpRequest, Any, Any], HttpResponseBase]


def count_views(get_response: GetResponse) -> GetResponse:
    """Count a view when the answer shows an article."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        visits.count(request, response)
        return response

    return middleware


def note_article(serve: Serve) -> Serve:
    """Note which article is served; a hook inside the one that guards private pages."""

    def noting(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponseBase:
        if isinstance(page, BlogPage):
            request.article_served = page.pk  # type: ignore[attr-defined]
        return serve(page, request, args, kwargs)

    return noting
