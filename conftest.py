"""Fixtures for every test: a small fixed cast, and an environment of its own for each test."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings, settings
from django.contrib.auth.models import Group
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.test import Client
from django.test.utils import setup_databases
from django.utils import timezone, translation
from hypothesis import settings as examples
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.tests.factories import (
    AdministratorFactory,
    ContentManagerFactory,
    ManagerFactory,
    UserFactory,
)
from home.groups import GROUPS, ensure_groups
from tests.mail_server import mail_server
from tests.migrated import at, copy_to, drop, forget

__all__ = ["mail_server"]

examples.register_profile("untimed", examples.default, deadline=None)
examples.load_profile("untimed")  # how long an example takes is the machine's affair


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take away, when all workers are through, what the run had for itself."""
    if not hasattr(config, "workerinput"):
        forget()


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Begin in English, whatever language the page of an earlier test was in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _surroundings(settings: LazySettings, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Keep files, cached values and rate limits of one test away from the others."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if request.node.get_closest_marker("processes"):
        return  # real processes share the settings of the environment
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.IMPORT_DIR = tmp_path / "imports"
    cache = settings.CACHES["default"]
    if not os.environ.get("CACHE_URL"):
        cache = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    prefix = uuid4().hex
    settings.CACHES = {"default": {**cache, "KEY_PREFIX": prefix}}
    settings.PAGE_CACHE = False  # most tests look at pages as they are made
    settings.VIEWS_PREFIX, settings.VIEWS_DIR = prefix, tmp_path / "views"


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Give the tests a copy of a database that is ready, which Django need not make."""
    database = settings.DATABASES["default"]
    name = database["TEST"].get("NAME") or TEST_DATABASE_PREFIX + database["NAME"]
    url = os.environ.get("DATABASE_URL", "sqlite")
    url = f"sqlite:///{name}" if url.startswith("sqlite") else at(url, name)
    copy_to(url)
    with django_db_blocker.unblock():
        setup_databases(verbosity=0, interactive=False, keepdb=True, serialized_aliases=[])
    yield
    drop(url)


@pytest.fixture
def groups(db: None) -> None:
    """Make the groups when a flushed database has lost those that `migrate` made."""
    if Group.objects.filter(name__in=GROUPS).count() < len(GROUPS):
        ensure_groups()


@pytest.fixture
def alice(db: None) -> User:
    """An owner."""
    return UserFactory.create(email="alice@example.org", full_name="Alice Archer")


@pytest.fixture
def bob(db: None) -> User:
    """Another owner, who must never see what is Alice's."""
    return UserFactory.create(email="bob@example.org", full_name="Bob Baker")


@pytest.fixture
def manager(groups: None) -> User:
    return ManagerFactory.create(email="manager@example.org", full_name="Mary Manager")


@pytest.fixture
def content_manager(groups: None) -> User:
    return ContentManagerFactory.create(email="editor@example.org", full_name="Eddie Editor")


@pytest.fixture
def admin(db: None) -> User:
    return AdministratorFactory.create(email="admin@example.org", full_name="Ada Admin")


@pytest.fixture
def login() -> Callable[[User], Client]:
    """Return a function that gives a browser of its own in which a user is logged in."""

    def logged_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return logged_in


@pytest.fixture
def pass_hours() -> Iterator[Callable[[float], None]]:
    """Return a function that moves the clock forward."""
    now = timezone.now()
    with time_machine.travel(now) as traveller:
        yield lambda hours: traveller.shift(timedelta(hours=hours))
