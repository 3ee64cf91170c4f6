"""Processor time that PostgreSQL takes, as far as it runs on this machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import psycopg

TICKS = os.sysconf("SC_CLK_TCK")


class Backends:
    """Adds up what the connections to a database have cost since each was first seen."""

    def __init__(self, connection: psycopg.Connection | None, among_them: bool = True) -> None:
        self.connection, self.among_them = connection, among_them
        self.spent: dict[int, float] = {}
        self.before: dict[int, float] = {}
        self.look()

    @classmethod
    @contextmanager
    def of(cls, url: str) -> Iterator[Self]:
        """Look through a connection of its own, which does not count; SQLite has none."""
        if url.startswith("sqlite"):
            yield cls(None)
            return
        with psycopg.connect(url, autocommit=True) as connection:
            yield cls(connection, among_them=False)

    @property
    def seconds(self) -> float:
        return sum(self.spent.values()) - sum(self.before.values())

    def look(self) -> None:
        """Note how much each has taken by now."""
        for pid in self._pids():
            with suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                self.spent[pid] = (int(fields[11]) + int(fields[12])) / TICKS
                self.before.setdefault(pid, self.spent[pid])

    def _pids(self) -> set[int]:
        if self.connection is None:
            return set()
        if self.among_them:
            return {self.connection.info.backend_pid}
        found = self.connection.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in found}
