"""What a report says."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self

from django.utils import timezone

from mailing.reports.period import Period


@dataclass(frozen=True)
class Letters:
    """Letters by what became of them."""

    sent: int = 0
    failed: int = 0
    uncertain: int = 0
    skipped: int = 0

    @property
    def tried(self) -> int:
        """Letters that were offered to a mail server, or should have been."""
        return self.sent + self.failed + self.uncertain

    @property
    def total(self) -> int:
        return self.tried + self.skipped

    @property
    def success(self) -> float | None:
        """Sent letters among those tried, from 0 to 100."""
        return 100 * self.sent / self.tried if self.tried else None

    def __add__(self, other: "Letters") -> "Letters":
        return Letters(
            self.sent + other.sent,
            self.failed + other.failed,
            self.uncertain + other.uncertain,
            self.skipped + other.skipped,
        )

    @classmethod
    def of_row(cls, row: dict[str, Any], **others: Any) -> Self:
        names = ("sent", "failed", "uncertain", "skipped")
        return cls(**{name: row[name] for name in names}, **others)


@dataclass(frozen=True)
class OfDay(Letters):
    """Letters of a day."""

    day: date = date.min


@dataclass(frozen=True)
class OfMailing(Letters):
    """Letters of a mailing; without a key those of mailings that were deleted."""

    pk: int | None = None
    name: str = ""
    owner: str = ""


@dataclass(frozen=True)
class OfOwner(Letters):
    """Letters of an owner."""

    owner: str = ""


@dataclass(frozen=True)
class Answer:
    """How many letters ended with one answer, or for one reason."""

    state: str
    reason: str
    smtp_code: int
    status_code: str
    letters: int


@dataclass(frozen=True)
class Altogether:
    """What there is now, whatever the period."""

    mailings: int
    active: int
    recipients: int
    reached: int


@dataclass(frozen=True)
class Report:
    """What was sent in a period; of one owner, or of everybody.

    The best mailings are not below the average share of letters sent, the worst ones are.
    """

    period: Period
    days: list[OfDay]
    mailings: list[OfMailing]
    best: list[OfMailing]
    worst: list[OfMailing]
    answers: list[Answer]
    owners: list[OfOwner]
    altogether: Altogether
    built_at: datetime = field(default_factory=timezone.now)

    @property
    def letters(self) -> Letters:
        return sum(self.days, Letters())
