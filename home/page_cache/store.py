"""Keeps what takes long to make: in the cache that all processes share and, beside it, in memory.

Keys hold the generation, so what is in memory needs no word from other processes to be forgotten.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from blog import quiet_cache

Value = TypeVar("Value")

GENERATION = "pages:generation"

#: Seconds after which something is made anew, by one request, while others get what is there.
FRESH_FOR = 300
KEPT_FOR = 3600
#: Seconds for which a process does not ask whether the generation has changed: too short to notice.
KNOWN_FOR = 0.05
#: Seconds that others wait for the one who makes what is not there yet.
PATIENCE = 5.0
STEP = 0.02
#: How many things a process keeps in its own memory.
MOST_IN_MEMORY = 128


@dataclass(frozen=True)
class Kept(Generic[Value]):
    """Something made, and until when it is fresh."""

    value: Value
    fresh_until: float

    @property
    def is_fresh(self) -> bool:
        return time.time() < self.fresh_until


_generations: dict[str, tuple[str | None, float]] = {}
_memory: dict[str, Kept[object]] = {}
#: What threads of this process are making; files as a cache cannot keep them apart.
_making: set[str] = set()
_gate = Lock()


def generation() -> str | None:
    """Return the name of the present generation; None while nothing can be kept."""
    if not settings.PAGE_CACHE:
        return None
    name, known_until = _generations.get(cache.make_key(GENERATION), (None, 0.0))
    if name is None or time.monotonic() > known_until:
        name = quiet_cache.get(GENERATION)
        if name is None:
            quiet_cache.add(GENERATION, uuid4().hex, None)
            name = quiet_cache.get(GENERATION)
        _know(name)
    return name


def _know(name: str | None) -> None:
    _generations[cache.make_key(GENERATION)] = name, time.monotonic() + KNOWN_FOR


def generation_of(request: HttpRequest) -> str | None:
    """Return the generation that a request is answered from; it stays the same for its length."""
    if not hasattr(request, "page_generation"):
        request.page_generation = generation()  # type: ignore[attr-defined]
    name: str | None = request.page_generation  # type: ignore[attr-defined]
    return name


def begin_generation() -> None:
    """Let nothing that was kept so far be found any more."""
    name = uuid4().hex
    quiet_cache.set(GENERATION, name, None)
    _know(name)


def get(key: str) -> Kept[object] | None:
    """Return what is kept, also when it is no longer fresh."""
    kept = _memory.get(key)
    if kept is None or not kept.is_fresh:
        kept = quiet_cache.get(key)
        if kept is not None:
            _keep_in_memory(key, kept)
    return kept


def keep(key: str, value: object) -> None:
    """Keep what was made."""
    kept = Kept(value, time.time() + FRESH_FOR)
    quiet_cache.set(key, kept, KEPT_FOR)
    _keep_in_memory(key, kept)


def _keep_in_memory(key: str, kept: Kept[object]) -> None:
    if len(_memory) >= MOST_IN_MEMORY:
        _memory.clear()
    _memory[key] = kept


def get_or_make(key: str, make: Callable[[], Value | None]) -> Value | None:
    """Return what is kept under `key`, else have one of all who ask make it.

    Returns:
        None when it was made here and was not to be kept.
    """
    kept = get(key)
    if kept is None or not kept.is_fresh:
        if _is_first(key):
            return _make(key, make)
        kept = kept or _wait(key)
    return kept.value if kept else make()  # type: ignore[return-value]


def _is_first(key: str) -> bool:
    """Whether nobody else is making it."""
    with _gate:
        if key in _making:
            return False
        _making.add(key)
    is_first = quiet_cache.add(_lock(key), 1, PATIENCE)
    if not is_first:
        _making.discard(key)
    return is_first


def _make(key: str, make: Callable[[], Value | None]) -> Value | None:
    try:
        value = make()
        if value is not None:
            keep(key, value)
        return value
    finally:
        _making.discard(key)
        quiet_cache.delete(_lock(key))


def _wait(key: str) -> Kept[object] | None:
    """Wait for another request to make it; None when it made nothing that could be kept."""
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at:
        time.sleep(STEP)
        if kept := get(key):
            return kept
        if key not in _making and quiet_cache.get(_lock(key)) is None:
            return get(key)
    return None


def _lock(key: str) -> str:
    return f"{key}:made"
