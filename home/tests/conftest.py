"""Fixtures of the tests of the page cache."""

import os
from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture
def page_cache(settings: LazySettings, tmp_path: Path, _surroundings: None) -> None:
    """Keep pages, in Redis where the suite runs on one, else in files as without settings."""
    settings.PAGE_CACHE = True
    if not os.environ.get("CACHE_URL"):
        files = "django.core.cache.backends.filebased.FileBasedCache"
        settings.CACHES = {
            "default": {
                "BACKEND": files,
                "LOCATION": tmp_path / "cache",
                "KEY_PREFIX": settings.VIEWS_PREFIX,
            }
        }
