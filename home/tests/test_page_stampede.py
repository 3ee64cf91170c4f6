"""Many requests at once for something that has to be made."""

import threading
import time

import pytest

from home.page_cache import store

pytestmark = pytest.mark.usefixtures("page_cache")


def ask_at_once(key: str, number: int, seconds: float) -> tuple[list[str | None], int]:
    """Let threads ask for the same; return what they got and how often it was made."""
    made, got = [], []
    begin = threading.Barrier(number)

    def make() -> str:
        made.append(1)
        time.sleep(seconds)
        return f"made {len(made)}"

    def ask() -> None:
        begin.wait()
        got.append(store.get_or_make(key, make))

    threads = [threading.Thread(target=ask) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got, len(made)


def test_one_makes_it_and_the_others_wait() -> None:
    got, made = ask_at_once("slow", 20, 0.3)

    assert len(got) == 20
    assert all(value and value.startswith("made") for value in got)
    assert made == 1


def test_what_is_no_longer_fresh_is_shown_while_one_makes_it_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "FRESH_FOR", -1)
    store.keep("old", "as it was")
    monkeypatch.setattr(store, "FRESH_FOR", 300)

    got, made = ask_at_once("old", 10, 0.3)

    assert made == 1
    assert got.count("as it was") == 9
    assert store.get_or_make("old", lambda: "never") == "made 1"


def test_who_makes_nothing_to_keep_keeps_nobody_waiting() -> None:
    begun = time.monotonic()
    assert [store.get_or_make("none", lambda: None) for _ in range(3)] == [None] * 3

    assert time.monotonic() - begun < 1
