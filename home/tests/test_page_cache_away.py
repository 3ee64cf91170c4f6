"""Pages while the cache does not answer."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from redis import RedisError

from blog import quiet_cache
from blog.outage import Outage
from blog.tests.factories import BlogPageFactory
from blog.tests.readers import reader

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, params=["refuses", "is silent"])
def _away(
    request: pytest.FixtureRequest,
    settings: LazySettings,
    _surroundings: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """A cache that refuses connections, or takes them and never says a word."""
    monkeypatch.setattr(quiet_cache, "outage", Outage("The cache"))
    settings.PAGE_CACHE = True
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1] if request.param == "is silent" else 1
        settings.CACHES = {
            "default": {
                "BACKEND": "blog.quiet_cache.QuietRedisCache",
                "LOCATION": f"redis://127.0.0.1:{port}/0",
                "KEY_PREFIX": settings.VIEWS_PREFIX,
            }
        }
        yield
        cache.close()


def test_pages_are_served_and_change(caplog: pytest.LogCaptureFixture) -> None:
    article = BlogPageFactory.create(title="As it was", slug="ask")
    begun = time.monotonic()
    for address in ("/", "/blog/", "/blog/ask/"):
        assert "As it was" in reader().get(address).content.decode()

    article.title = "As it is"
    article.save_revision().publish()
    assert "As it is" in reader().get("/blog/ask/").content.decode()

    assert time.monotonic() - begun < 5
    said = [record for record in caplog.records if "does not answer" in record.message]
    assert len(said) == 1


def test_limits_of_attempts_are_not_forgotten_in_silence() -> None:
    with pytest.raises(RedisError):
        cache.get("anything")
