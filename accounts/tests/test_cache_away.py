"""The entrance while the cache does not answer: limits cannot be counted, so nobody gets in."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.tests.browsing import is_logged_in, log_in, sign_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _away(settings: LazySettings, _surroundings: None) -> Iterator[None]:
    settings.CACHES = {
        "default": {
            "BACKEND": "blog.quiet_cache.QuietRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "KEY_PREFIX": settings.VIEWS_PREFIX,
        }
    }
    yield
    cache.close()


def test_whoever_logs_in_is_told_to_try_again(client: Client, alice: User) -> None:
    answer = log_in(client, alice.email)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "try again in half a minute" in answer.content.decode()
    assert not is_logged_in(client)


def test_signing_up_and_resetting_say_so_too(client: Client, alice: User) -> None:
    assert sign_up(client, "new@example.org").status_code == 503
    assert client.post("/accounts/password/reset/", {"email": alice.email}).status_code == 503
    assert User.objects.count() == 1


def test_the_form_is_shown_and_whoever_is_inside_goes_on(client: Client, alice: User) -> None:
    assert client.get("/accounts/login/").status_code == 200
    client.force_login(alice)
    assert is_logged_in(client)
