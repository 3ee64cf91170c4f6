"""Which signs of life a cluster owes, and since when."""

from dataclasses import dataclass

from mailing import pulse

#: Seconds after which a process that owes a sign of life is taken for stopped. More than SQLite
#: lets a process wait for another one's transaction (30).
SILENCE = 40.0


@dataclass
class Signs:
    """What is owed at a time, all times in seconds of the monotonic clock."""

    head_since: float
    work_since: float | None = None  # owed once a task was queued for this cluster
    record_since: float | None = None  # owed once a task has ended
    has_worked: bool = False

    def ask(self, now: float) -> None:
        """Expect that a worker takes a task."""
        if self.work_since is None:
            self.work_since = now

    def hear(self, signs: bytes, now: float) -> None:
        """Take note of what the processes have said."""
        if pulse.HEAD in signs:
            self.head_since = now
        if pulse.WORK in signs or pulse.DONE in signs:
            self.work_since = None
            self.has_worked = True
        if pulse.DONE in signs and self.record_since is None:
            self.record_since = now
        if pulse.RECORDED in signs:
            self.record_since = None

    def forgive(self, now: float) -> None:
        """Begin anew: for what was owed there was a good reason."""
        self.head_since, self.work_since, self.record_since = now, None, None

    def overdue(self, now: float) -> list[str]:
        """Return which processes have been silent for too long."""
        since = {
            "sentinel": self.head_since,
            "workers": self.work_since,
            "monitor": self.record_since,
        }
        return [name for name, at in since.items() if at is not None and now - at > SILENCE]
