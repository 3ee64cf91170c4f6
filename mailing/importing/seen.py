"""The addresses of a file, each with its first line, in a file: there may be a million of them."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path


class SeenAddresses:
    """Remembers addresses; told the same twice, it knows no more than before."""

    def __init__(self, path: Path | str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # what is lost in a crash of the machine is read again from the imported file
        self.connection.executescript(
            "PRAGMA page_size=32768; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
            "PRAGMA cache_size=-32768;"
            "CREATE TABLE IF NOT EXISTS seen (address TEXT PRIMARY KEY, line INT) WITHOUT ROWID"
        )

    def add(self, rows: Sequence[tuple[str, int]]) -> dict[int, int]:
        """Take addresses with their lines; return, for the lines whose address came before, where.

        In the order of the addresses it takes half as long.
        """
        self.connection.execute("BEGIN")
        added = self.connection.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", rows)
        again = {} if added.rowcount == len(rows) else self._again(rows)
        self.connection.execute("COMMIT")
        return again

    def _again(self, rows: Sequence[tuple[str, int]]) -> dict[int, int]:
        look_up = "SELECT line FROM seen WHERE address = ?"
        found = ((line, self.connection.execute(look_up, (name,))) for name, line in rows)
        return {line: first for line, cursor in found for (first,) in cursor if first != line}

    def close(self) -> None:
        self.connection.close()
