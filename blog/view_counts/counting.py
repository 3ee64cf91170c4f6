"""What counts views before the database hears of them.

Counts only grow, and hold for a day and a source. A source that has lost its memory comes back
under another name, so that its new counts are added to the old ones.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, Protocol


class DayCount(NamedTuple):
    """The views of a day by article."""

    day: date
    source: str
    views: Mapping[int, int]


class Seen:
    """Remembers whom this process has counted in the present hour, as far as there is room."""

    MOST = 20_000

    def __init__(self) -> None:
        self._hour = ""
        self._visits: set[tuple[int, str]] = set()

    def has(self, hour: str, article: int, visitor: str) -> bool:
        return hour == self._hour and (article, visitor) in self._visits

    def add(self, hour: str, article: int, visitor: str) -> None:
        if hour != self._hour or len(self._visits) >= self.MOST:
            self._hour, self._visits = hour, set()
        self._visits.add((article, visitor))


class Counters(Protocol):
    """Counts views."""

    seen: Seen

    def add(self, article: int, visitor: str, hour: str) -> None:
        """Count a view, unless the visitor was counted for this article in the same hour.

        Args:
            hour: as in 2026-01-31T23.
        """

    def days(self) -> list[DayCount]:
        """Return what is counted and not forgotten yet."""

    def forget(self, day: date) -> None:
        """Drop what was counted on a day that is over."""
