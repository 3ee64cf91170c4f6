"""Answers 304 to those who have the page already; nothing of one user reaches another."""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language

from accounts.models import User

#: Seconds for which it is remembered since when a user's pages have looked as they do.
REMEMBERED_FOR = 30 * 24 * 60 * 60


def answer_once(
    request: HttpRequest,
    contents: str,
    changed_at: datetime,
    render: Callable[[], HttpResponse],
) -> HttpResponseBase:
    """Answer with a page that only its user may keep, or that it has not changed.

    `contents` names what is on the page and `changed_at` says since when; what frames it (the
    user's name, language and zone, the session, the version of the site) is taken care of here.
    """
    if len(get_messages(request)):  # a notice that is shown once is no part of the page
        return _private(render())
    frame = _frame(request)
    etag = quote_etag(_digest(frame, request.get_full_path(), contents))
    since = max(changed_at, _framed_since(request, frame))
    modified = int(since.timestamp()) + bool(since.microsecond)
    response = get_conditional_response(request, etag, modified) or render()
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    return _private(response)


def _private(response: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _frame(request: HttpRequest) -> str:
    """Return what is different whenever a page looks different around its contents."""
    user: User = request.user  # type: ignore[assignment]
    rights = sorted(user.get_all_permissions())
    return _digest(
        *(user.pk, user.email, user.full_name, user.avatar.name, user.is_superuser, rights),
        *(get_language(), timezone.get_current_timezone_name()),
        request.session.session_key,
        request.COOKIES.get(settings.CSRF_COOKIE_NAME),
        getattr(staticfiles_storage, "manifest_hash", ""),
    )


def _framed_since(request: HttpRequest, frame: str) -> datetime:
    """Return since when this user's pages have had this frame."""
    key = f"mailing.frame.{request.session.session_key}"
    kept: tuple[str, datetime] | None = cache.get(key)
    if kept is None or kept[0] != frame:
        kept = (frame, timezone.now())
        cache.set(key, kept, REMEMBERED_FOR)
    return kept[1]


def _digest(*parts: object) -> str:
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()
