"""What the watchdog makes of a silent cluster; clocks run fast here."""

from itertools import count
from types import SimpleNamespace
from typing import cast

import pytest
from django.db import OperationalError

from mailing import pulse, watchdog
from mailing.cluster import Cluster
from mailing.watchdog import Watchdog

DEAD = "no sign of life for 40 s"


class SilentCluster:
    """A cluster whose processes are there and say nothing."""

    heard = b""

    def __init__(self, ends: bool = False) -> None:
        self.ends = ends

    def listen(self, seconds: float) -> bytes:
        return self.heard

    def has_ended(self) -> bool:
        return self.ends


@pytest.fixture
def guard(db: None, monkeypatch: pytest.MonkeyPatch) -> Watchdog:
    """A watchdog for which each look at the clock is a second later."""
    seconds = count()
    clock = SimpleNamespace(monotonic=lambda: float(next(seconds)), sleep=lambda pause: None)
    monkeypatch.setattr(watchdog, "time", clock)
    monkeypatch.setattr(watchdog, "find_trouble", lambda: "")
    monkeypatch.setattr(Watchdog, "_beat", lambda self: None)
    return Watchdog(grace=1)


def reason(guard: Watchdog, cluster: SilentCluster) -> str:
    """Watch until the cluster has to be replaced; return why."""
    return guard._watch(cast("Cluster", cluster))[1]


def let_trouble_end(monkeypatch: pytest.MonkeyPatch, troubles: list[str]) -> None:
    left = iter(troubles)
    monkeypatch.setattr(watchdog, "find_trouble", lambda: next(left, ""))


def test_a_silent_cluster_is_replaced(guard: Watchdog) -> None:
    assert DEAD in reason(guard, SilentCluster())


def test_a_cluster_without_its_first_process_is_replaced(guard: Watchdog) -> None:
    assert reason(guard, SilentCluster(ends=True)) == "its first process has ended"


def test_nobody_is_replaced_for_what_others_do_not_answer(
    guard: Watchdog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    let_trouble_end(monkeypatch, ["database: gone"] * 30)
    assert DEAD in reason(guard, SilentCluster())

    assert watchdog.find_trouble() == ""  # type: ignore[attr-defined]
    waits = [record for record in caplog.records if "waits for" in record.getMessage()]
    assert [record.args for record in waits] == [("database: gone",)]


def test_tasks_that_cannot_be_queued_are_not_owed(
    guard: Watchdog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    refused = 0

    def beat(self: Watchdog) -> None:
        nonlocal refused
        refused += 1
        if refused < 20:
            raise OperationalError("refused")

    monkeypatch.setattr(Watchdog, "_beat", beat)
    monkeypatch.setattr(watchdog, "find_trouble", lambda: "queue: away" if refused < 20 else "")
    assert DEAD in reason(guard, SilentCluster())

    assert refused > 20
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_a_watchdog_that_could_not_run_itself_does_not_blame_the_cluster(
    guard: Watchdog, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    looks = iter([1.0] * 30 + [3600.0] + [1.0] * 300)

    class Slow(SilentCluster):
        def listen(self, seconds: float) -> bytes:
            now[0] += next(looks)
            return b""

    monkeypatch.setattr("mailing.watchdog.time.monotonic", lambda: now[0])
    assert DEAD in reason(guard, Slow())

    assert now[0] == pytest.approx(30 + 3600 + 40, abs=2)


def test_a_cluster_that_never_did_a_task_is_followed_after_a_pause(
    guard: Watchdog, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("mailing.watchdog.time.sleep", pauses.append)
    barren, fruitful = SilentCluster(ends=True), SilentCluster(ends=True)
    fruitful.heard = pulse.WORK
    for cluster in (barren, barren, barren, fruitful, barren):
        cluster.end = lambda grace: None  # type: ignore[attr-defined]
        ended = cast("Cluster", cluster)
        guard._replace(ended, *guard._watch(ended))

    assert pauses == [1, 2, 4, 0, 1]
