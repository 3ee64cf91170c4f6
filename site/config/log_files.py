"""Log files that several processes write and turn over together."""

import logging
from logging.handlers import WatchedFileHandler
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows, where the files only grow
    fcntl = None  # type: ignore[assignment]


class SharedRotatingFileHandler(WatchedFileHandler):
    """Appends to a file; when it is full it becomes `<file>.1`, `.1` becomes `.2` and so on.

    Unlike RotatingFileHandler it may be used by any number of processes on one file: a lock lets
    one of them rename, and the others notice that their file was moved away.

    Args:
        filename: the file; its directory is made.
        max_bytes: size from which on a file is full.
        backups: how many full files are kept.
    """

    def __init__(self, filename: str, max_bytes: int = 10_000_000, backups: int = 10) -> None:
        self.max_bytes, self.backups = max_bytes, backups
        Path(filename).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(filename, encoding="utf-8", delay=True)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, into a new file when this one is full."""
        try:
            if fcntl and self._is_full():
                self._rotate()
        except OSError:
            self.handleError(record)
        super().emit(record)

    def _is_full(self) -> bool:
        path = Path(self.baseFilename)
        return path.exists() and path.stat().st_size >= self.max_bytes

    def _rotate(self) -> None:
        with Path(f"{self.baseFilename}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._is_full():
                for number in range(self.backups, 0, -1):
                    self._rename(number)

    def _rename(self, number: int) -> None:
        """Move the file before `number` (0 is the one in use) to its place."""
        older = Path(f"{self.baseFilename}.{number}")
        newer = Path(f"{self.baseFilename}.{number - 1}" if number > 1 else self.baseFilename)
        if newer.exists():
            newer.replace(older)
