"""What a visitor sees when something broke."""

import logging
from collections.abc import Callable

import redis
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger("mailshot.request")

#: Seconds after which it makes sense to try again.
RETRY_AFTER = 30


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 with the request's id, by which it is found in the logs."""
    context = {"request_id": getattr(request, "id", "")}
    return HttpResponse(render_to_string("500.html", context), status=500)


class CacheAwayMiddleware:
    """Answers 503, with a sentence for people, where something needs Redis and it is away.

    Logging in is: attempts are counted there, and limits that are forgotten would be no limits.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, redis.RedisError):
            return None
        logger.error("Redis does not answer: %s", error)
        return HttpResponse(
            render_to_string("503.html", request=request),
            status=503,
            headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"},
        )
