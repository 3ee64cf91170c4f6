"""Addresses that tell a load balancer how the installation is."""

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from uuid import uuid4

from django.core.cache import cache
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from mailing.models import Heartbeat
from mailing.surroundings import ask_broker, ask_database

#: Seconds in which everything has to answer.
PATIENCE = 2.5

logger = logging.getLogger("mailshot.health")


class Silent(Exception):
    """What should have answered gave no error and no answer."""


def _ask_cache() -> None:
    key = f"readyz:{uuid4().hex}"
    cache.set(key, key, 60)
    if cache.get(key) != key:
        raise Silent
    cache.delete(key)


def _ask_worker() -> None:
    """Look for a worker that has lately done a task from the queue."""
    try:
        if not Heartbeat.objects.fresh().exists():
            raise Silent
    finally:
        connections["default"].close()


PARTS = {
    "database": ask_database,
    "cache": _ask_cache,
    "broker": ask_broker,
    "worker": _ask_worker,
}

_threads = ThreadPoolExecutor(len(PARTS), thread_name_prefix="readyz")
_asked: dict[str, Future[None]] = {}
_lock = Lock()


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process is up."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when letters can be made and sent, else 503; the parts say what is missing."""
    give_up_at = time.monotonic() + PATIENCE
    parts = {name: _state(name, asked, give_up_at) for name, asked in _ask_all().items()}
    is_ready = set(parts.values()) == {"ok"}
    return JsonResponse({"ready": is_ready, "parts": parts}, status=200 if is_ready else 503)


def _ask_all() -> dict[str, Future[None]]:
    """Ask every part, but none that has not answered the last question yet."""
    with _lock:
        for name, ask in PARTS.items():
            if name not in _asked or _asked[name].done():
                _asked[name] = _threads.submit(ask)
        return dict(_asked)


def _state(name: str, asked: Future[None], give_up_at: float) -> str:
    """Return "ok" or in a word what is wrong; what exactly is for the log alone."""
    try:
        error = asked.exception(max(give_up_at - time.monotonic(), 0))
    except TimeoutError:
        error = Silent()
    if error is None:
        return "ok"
    logger.warning("Not ready: %s: %r", name, error)
    return "silent" if isinstance(error, Silent) else "failed"
