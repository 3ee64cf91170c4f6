"""Which outside services the tests can use here."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from zlib import crc32

import psycopg
import redis

#: One for each checkout, so that two may be tested at the same time.
DATABASE = f"mailshot_{crc32(str(Path(__file__).resolve()).encode()):08x}"
DATABASE_URL = f"postgres://postgres@127.0.0.1:5432/{DATABASE}"
REDIS_URL = "redis://127.0.0.1:6379/9"

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@dataclass(frozen=True)
class Servers:
    """Addresses of a PostgreSQL and of a Redis (for the queue; the cache uses those after it)."""

    database_url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        """Return the settings under which Mailshot uses them."""
        parts = urlsplit(self.redis_url)
        cache = parts._replace(path=f"/{int(parts.path.strip('/')) + 1}")
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "CACHE_URL": urlunsplit(cache),
        }

    def trouble(self) -> str:
        """Say what does not answer, or nothing."""
        try:
            maintenance = urlunsplit(urlsplit(self.database_url)._replace(path="/postgres"))
            psycopg.connect(maintenance, connect_timeout=3).close()
        except psycopg.Error as error:
            return f"no PostgreSQL: {first_line(error)}"
        try:
            redis.Redis.from_url(self.redis_url, socket_connect_timeout=3).ping()
        except redis.RedisError as error:
            return f"no Redis: {first_line(error)}"
        return ""


def first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def servers() -> Servers:
    """Return the servers that TEST_DATABASE_URL and TEST_REDIS_URL name, or the usual ones.

    Number 0 of a Redis is where people keep what they need, so it is never used.
    """
    parts = urlsplit(os.environ.get("TEST_REDIS_URL") or REDIS_URL)
    if parts.path.strip("/") in {"", "0"}:
        parts = parts._replace(path=urlsplit(REDIS_URL).path)
    return Servers(os.environ.get("TEST_DATABASE_URL") or DATABASE_URL, urlunsplit(parts))


def chromium() -> str | None:
    """Return the path of a Chromium: CHROMIUM, or one on the PATH."""
    candidates = (os.environ.get("CHROMIUM", ""), *BROWSERS)
    return next((path for name in candidates if name and (path := shutil.which(name))), None)
