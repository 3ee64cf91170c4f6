"""/readyz: what a load balancer is told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from config import health
from mailing.models import Heartbeat
from tests.installation import Installation, wait_until

#: Asks as a load balancer would; prints what it is told.
ASK = "from django.test import Client; print(Client().get('/readyz').content.decode())"
WELL = {"database": "ok", "cache": "ok", "broker": "ok", "worker": "ok"}


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Commit what a test writes, since each part is asked in a thread of its own.

    A transactional test would do so too, and empty the whole database for the tests after it.
    """
    with django_db_blocker.unblock():
        yield
        Heartbeat.objects.all().delete()


def beat(seconds_ago: float = 1) -> None:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    Heartbeat.objects.create(cluster=uuid4(), host="here", pid=1, beaten_at=at)


def fail(message: str) -> Callable[[], None]:
    def ask() -> None:
        raise OperationalError(message)

    return ask


@pytest.mark.usefixtures("committed")
def test_all_is_well(client: Client) -> None:
    beat()
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "parts": WELL}
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("seconds_ago", [None, 61])
def test_a_cluster_through_which_no_task_goes_does_not_count(
    client: Client, seconds_ago: float | None
) -> None:
    if seconds_ago:
        beat(seconds_ago)
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "parts": {**WELL, "worker": "silent"}}


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("part", list(WELL))
def test_what_fails_is_named_and_nothing_more_is_told(
    client: Client, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat()
    monkeypatch.setitem(health.PARTS, part, fail("password of mailshot@10.0.0.5 refused"))
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "parts": {**WELL, part: "failed"}}


@pytest.mark.usefixtures("committed")
def test_what_hangs_holds_up_nobody_and_is_asked_only_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat()
    release = threading.Event()
    asked = []

    def hang() -> None:
        asked.append(True)
        release.wait(30)

    monkeypatch.setattr(health, "PATIENCE", 0.5)
    monkeypatch.setitem(health.PARTS, "broker", hang)
    began = time.monotonic()
    answers = [client.get("/readyz").json() for _ in range(3)]
    release.set()

    assert time.monotonic() - began < 5
    assert answers == [{"ready": False, "parts": {**WELL, "broker": "silent"}}] * 3
    assert asked == [True]


@pytest.mark.processes
def test_a_running_worker_makes_the_site_ready(installation: Installation) -> None:
    def parts() -> dict[str, str]:
        found: dict[str, str] = json.loads(installation.python(ASK).splitlines()[-1])["parts"]
        return found

    installation.execute("DELETE FROM mailing_heartbeat")  # of clusters that tests have killed
    assert parts()["worker"] == "silent"
    installation.start_worker()
    wait_until(lambda: parts() == WELL, 60, "a site that is ready")
    installation.stop_workers()

    assert parts() == {**WELL, "worker": "silent"}
