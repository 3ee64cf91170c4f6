"""The cache for whoever can do without it: while it is away nothing is found and nothing fails."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import redis
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.retry import Retry

from blog.outage import Outage

#: How long Redis may take to answer: a second, and no second try.
LIMITS = {
    "socket_timeout": 1.0,
    "socket_connect_timeout": 1.0,
    "retry": Retry(NoBackoff(), 0),
}

outage = Outage("The cache")
_is_quiet: ContextVar[bool] = ContextVar("is_quiet", default=False)


@contextmanager
def quiet() -> Iterator[None]:
    """Let nothing fail in here because the cache is away.

    Only where nothing depends on the cache: limits of login attempts must fail, not be forgotten.
    """
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)


def get(key: str, default: Any = None) -> Any:
    with quiet():
        return cache.get(key, default)


def add(key: str, value: Any, seconds: float | None) -> bool:
    """Set unless it is there; True also while the cache is away."""
    with quiet():
        return bool(cache.add(key, value, seconds))


def set(key: str, value: Any, seconds: float | None) -> None:
    with quiet():
        cache.set(key, value, seconds)


def set_many(values: Mapping[str, Any], seconds: float | None) -> None:
    with quiet():
        cache.set_many(dict(values), seconds)


def delete(key: str) -> None:
    with quiet():
        cache.delete(key)


def _unless_away(instead: Any, ask: Callable[..., Any], *args: Any) -> Any:
    if not _is_quiet.get():
        return ask(*args)
    if outage.is_on:
        return instead
    try:
        answer = ask(*args)
    except redis.RedisError as error:
        outage.begin(error)
        return instead
    outage.end()
    return answer


class QuietClient(RedisCacheClient):
    """Gives up quietly where it is allowed to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clients: dict[int, redis.Redis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Return a client that is made once; Django makes one for each command."""
        index = self._get_connection_pool_index(write)  # type: ignore[attr-defined]
        if index not in self._clients:
            self._clients[index] = super().get_client(key, write=write)
        return self._clients[index]

    def get(self, key: Any, default: Any) -> Any:
        return _unless_away(default, super().get, key, default)

    def get_many(self, keys: Any) -> Any:
        return _unless_away({}, super().get_many, keys)

    def add(self, key: Any, value: Any, timeout: Any) -> Any:
        return _unless_away(True, super().add, key, value, timeout)

    def set(self, key: Any, value: Any, timeout: Any) -> Any:
        return _unless_away(None, super().set, key, value, timeout)

    def set_many(self, data: Any, timeout: Any) -> Any:
        return _unless_away(None, super().set_many, data, timeout)

    def delete(self, key: Any) -> Any:
        return _unless_away(False, super().delete, key)

    def delete_many(self, keys: Any) -> Any:
        return _unless_away(None, super().delete_many, keys)


class QuietRedisCache(RedisCache):
    """Redis as Django uses it, not waited for for long, and quiet where it is asked to be."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {**LIMITS, **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self._class = QuietClient
