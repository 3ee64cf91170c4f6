"""Pages while the cache does not answer."""

import time

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from redis.exceptions import ConnectionError as NoConnection

from blog import quiet_cache
from blog.outage import Outage
from blog.tests.factories import BlogPageFactory
from blog.tests.readers import reader

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _away(settings: LazySettings, _surroundings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiet_cache, "outage", Outage("The cache"))
    settings.PAGE_CACHE = True
    settings.CACHES = {
        "default": {
            "BACKEND": "blog.quiet_cache.QuietRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "KEY_PREFIX": settings.VIEWS_PREFIX,
        }
    }


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
    with pytest.raises(NoConnection):
        cache.get("anything")
