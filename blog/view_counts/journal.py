"""Lines that wait in a file of this machine until somebody is told; they outlive their process."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

try:
    import fcntl
except ImportError:  # on Windows, where a line may be lost when two processes meet
    fcntl = None  # type: ignore[assignment]

#: Bytes above which no more is written: nobody has taken anything for a long time.
LARGEST = 50_000_000


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    descriptor = os.open(path, flags, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, alone: bool) -> None:
    if fcntl:
        fcntl.flock(descriptor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)


class Journal:
    """Takes lines of any number of processes, and hands each over at least once.

    Whoever hands lines over renames the file first. Writers hold a shared lock, so a file that is
    locked alone has nobody's line still to come, and one without a name is not written to.
    """

    def __init__(self, directory: Path) -> None:
        self.directory, self.path = directory, directory / "waiting"

    def write(self, line: bytes) -> None:
        """Add a line; when it returns, the death of the process loses nothing."""
        try:
            while not self._append(line):
                pass
        except FileNotFoundError:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._append(line)

    def _append(self, line: bytes) -> bool:
        """Add a line unless the file was handed over meanwhile."""
        with _opened(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT) as descriptor:
            _lock(descriptor, alone=False)
            file = os.fstat(descriptor)
            if file.st_nlink and file.st_size < LARGEST:
                os.write(descriptor, line)
            return bool(file.st_nlink)

    def hand_over(self, tell: Callable[[list[bytes]], None]) -> None:
        """Call `tell` with what is there; what it fails on is handed over another time."""
        with suppress(OSError):
            self.path.rename(self.path.with_name(f"taken-{uuid4().hex}"))
        for path in sorted(self.directory.glob("taken-*")):
            with suppress(FileNotFoundError), _opened(path, os.O_RDONLY) as descriptor:
                _lock(descriptor, alone=True)
                if os.fstat(descriptor).st_nlink:
                    tell(path.read_bytes().splitlines())
                    path.unlink()
