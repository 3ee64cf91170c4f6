"""How far an attempt is at this moment."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """The numbers of an attempt's letters by what became of them, and of all its recipients."""

    total: int
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    uncertain: int = 0
    composed: int = 0

    @property
    def good(self) -> int:
        """Letters that did what they should: left, or in a dry run were composed."""
        return self.sent + self.composed

    @property
    def done(self) -> int:
        """Letters that have a result."""
        return self.good + self.failed + self.skipped + self.uncertain

    @property
    def waiting(self) -> int:
        """Recipients whose letter has no result yet."""
        return max(0, self.total - self.done)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 100
