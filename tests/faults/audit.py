"""Checks the ledger against what the mail server wrote down."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.faults.running_sink import RunningSink

Query = Callable[[str], Sequence[tuple[Any, ...]]]
OPEN_STATES = {"queued", "claimed", "handed_over"}
COUNTS = ("sent", "failed", "skipped", "uncertain", "composed")
SHOWN = 20


@dataclass
class Audit:
    """What became of all letters, and every way in which the promise was broken."""

    letters: int = 0
    states: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    silent: int = 0
    lost: int = 0
    doubled: int = 0
    breaches: list[str] = field(default_factory=list)

    @property
    def uncertain(self) -> int:
        return self.states["uncertain"]

    def breach(self, text: str) -> None:
        if len(self.breaches) < SHOWN:
            self.breaches.append(text)

    def summary(self) -> dict[str, int]:
        return {
            "letters": self.letters,
            **dict(sorted(self.states.items())),
            "accepted by the mail server": self.accepted,
            "dots left without an answer": self.silent,
            "lost": self.lost,
            "doubled": self.doubled,
        }


def audit(query: Query, sink: RunningSink, deaths_in_flight: int) -> Audit:
    """Compare.

    Args:
        query: asks the database of the engine.
        sink: the mail server.
        deaths_in_flight: letters that killed senders can have had in flight at most.
    """
    result = Audit()
    # owners get letters about their mailings, which no attempt knows
    owners = {email for (email,) in query("SELECT email FROM accounts_user")}
    letters = [letter for letter in sink.accepted() if letter.address not in owners]
    arrived = Counter(letter.message_id for letter in letters)
    addresses = {letter.message_id: letter.address for letter in letters}
    result.accepted = len(letters)
    result.silent = len(sink.lines("silent"))
    _check_letters(result, query, arrived, addresses)
    _check_counts(result, query)
    if result.uncertain > deaths_in_flight + result.silent:
        result.breach(
            f"{result.uncertain} letters are uncertain, where {deaths_in_flight} were in flight at"
            f" kills and {result.silent} dots were not answered"
        )
    return result


def _check_letters(
    result: Audit, query: Query, arrived: Counter[str], addresses: dict[str, str]
) -> None:
    """Look at every delivery: its state, and how often it arrived where."""
    by_key = {message_id.partition(".")[0]: message_id for message_id in arrived}
    for key, state, email, message_id in query(
        "SELECT id, state, email, message_id FROM mailing_delivery ORDER BY id"
    ):
        result.letters += 1
        result.states[state] += 1
        sent_as = by_key.pop(str(key), "")
        times = arrived[sent_as]
        name = f"letter {key} to {email} ({state})"
        if times > 1:
            result.doubled += times - 1
            result.breach(f"{name} arrived {times} times")
        # of a recipient who was deleted later the address is gone
        if times and (message_id != sent_as or email not in {"", addresses[sent_as]}):
            result.breach(f"{name} arrived as {sent_as} at {addresses[sent_as]}")
        if state in OPEN_STATES or (state == "sent" and not times):
            result.lost += 1
            result.breach(f"{name} was lost")
        if state in {"failed", "skipped"} and times:
            result.breach(f"{name} arrived all the same")
    for sent_as in by_key.values():
        result.breach(f"{sent_as} arrived and is not in the ledger")


def _check_counts(result: Audit, query: Query) -> None:
    """Look at every attempt: its counts are those of its deliveries, and it has ended."""
    really: dict[int, Counter[str]] = {}
    for attempt, state, number in query(
        "SELECT attempt_id, state, count(*) FROM mailing_delivery GROUP BY attempt_id, state"
    ):
        name = "composed" if state == "dry_run" else state
        really.setdefault(attempt, Counter())[name] = number
    for key, status, total, *counts in query(
        f"SELECT id, status, total, {', '.join(COUNTS)} FROM mailing_attempt"  # noqa: S608
    ):
        states: Counter[str] = really.get(key, Counter())
        if total != states.total():
            result.breach(f"attempt {key} counts {total} letters and has {states.total()}")
        for name, number in zip(COUNTS, counts, strict=True):
            if number != states[name]:
                result.breach(f"attempt {key} counts {number} {name} and has {states[name]}")
        if status == "running":
            result.breach(f"attempt {key} has not ended")
