"""Counts of views in files, for one machine."""

import os
from collections import Counter, defaultdict
from datetime import date
from functools import lru_cache
from pathlib import Path

from blog.view_counts.counting import DayCount, Seen


class FileCounters:
    """Counts for one machine: a file for each hour, with a line for each request."""

    SOURCE = "files"

    def __init__(self, directory: Path) -> None:
        self.seen, self.directory = Seen(), directory

    def add(self, article: int, visitor: str, hour: str) -> None:
        line = f"{article} {visitor}\n".encode()
        path = self.directory / hour
        try:
            _append(path, line)
        except FileNotFoundError:
            self.directory.mkdir(parents=True, exist_ok=True)
            _append(path, line)

    def days(self) -> list[DayCount]:
        views: defaultdict[date, Counter[int]] = defaultdict(Counter)
        for path in self._hours("*"):
            views[date.fromisoformat(path.name[:10])] += _views(path, path.stat().st_size)
        return [DayCount(day, self.SOURCE, views[day]) for day in sorted(views)]

    def forget(self, day: date) -> None:
        for path in self._hours(day.isoformat()):
            path.unlink(missing_ok=True)

    def _hours(self, day: str) -> list[Path]:
        return sorted(self.directory.glob(f"{day}T[0-9][0-9]"))


def _append(path: Path, line: bytes) -> None:
    """Write a line in one go, which keeps those of several processes apart."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


@lru_cache(maxsize=72)
def _views(path: Path, size: int) -> Counter[int]:
    """Count the visitors of each article in the first `size` bytes; past hours stay in mind."""
    with path.open("rb") as file:
        whole, _, _ = file.read(size).rpartition(b"\n")
    views: Counter[int] = Counter()
    for line in set(whole.split(b"\n")):
        article, _, visitor = line.partition(b" ")
        if article.isdigit() and visitor:
            views[int(article)] += 1
    return views
