"""What happens around every request."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404
from django.utils import timezone, translation
from django.views.defaults import page_not_found
from structlog.contextvars import bind_contextvars, clear_contextvars

from config import languages

GetResponse = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger("mailshot.request")
NOT_FOUND = 404
SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def _request_id(request: HttpRequest) -> str:
    """Return the id that a proxy in front gave the request when it is sane, else a new one."""
    given = request.headers.get("X-Request-ID", "")
    return given if SANE_ID.fullmatch(given) else uuid.uuid4().hex


def request_log(get_response: GetResponse) -> GetResponse:
    """Give each request an id, put it into the log and the answer's X-Request-ID, log the end.

    The line names the route, not the path: paths hold tokens, which are as good as passwords.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request.id = _request_id(request)  # type: ignore[attr-defined]
        # not cleared at the end, so that the web server's own line still bears it
        clear_contextvars()
        bind_contextvars(request_id=request.id, user=None)  # type: ignore[attr-defined]
        response = get_response(request)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        _log_end(request, response, time.perf_counter() - started)
        return response

    return middleware


def _log_end(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match = request.resolver_match
    if match is None:
        return
    level = logging.DEBUG if match.url_name in ("healthz", "readyz") else logging.INFO
    extra = {
        "method": request.method,
        "route": match.route,
        "status": response.status_code,
        "ms": round(seconds * 1000),
    }
    logger.log(level, "request", extra=extra)


def client_address(get_response: GetResponse) -> GetResponse:
    """Put the visitor's address into REMOTE_ADDR when proxies of ours stand in front.

    The last TRUSTED_PROXY_COUNT entries of X-Forwarded-For were written by them; what stands
    before was written by the visitor and is not believed.
    """
    count = settings.TRUSTED_PROXY_COUNT

    def middleware(request: HttpRequest) -> HttpResponse:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        if count and hops[-count:][0]:
            request.META["REMOTE_ADDR"] = hops[-count:][0]
        return get_response(request)

    return middleware


def user_in_logs(get_response: GetResponse) -> GetResponse:
    """Put the user's key into every line of the request; also when the request logs them in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        bind_contextvars(user=request.user.pk)
        response = get_response(request)
        bind_contextvars(user=request.user.pk)
        return response

    return middleware


def user_preferences(get_response: GetResponse) -> GetResponse:
    """Show times in the user's zone and, where no address says it, text in their language."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return get_response(request)
        if user.language and not languages.is_of_a_page(request.path_info):
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        with timezone.override(ZoneInfo(user.time_zone)):
            return get_response(request)

    return middleware


class OwnNotFound:
    """Shows our 404 page where Django would show, with DEBUG, its own about addresses."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Replace the answer for an address that leads to no view."""
        response = self.get_response(request)
        if response.status_code == NOT_FOUND and request.resolver_match is None:
            return page_not_found(request, Resolver404())
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a view that found nothing."""
        return page_not_found(request, error) if isinstance(error, Http404) else None
