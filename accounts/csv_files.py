"""CSV files that no spreadsheet program takes for anything but text."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone

#: What a text cell may not begin with. https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield a line for each of `rows`.

    Moments are written in the current time zone, with their offset. No cell is a formula.
    """
    write = csv.writer(Line()).writerow
    for row in rows:
        yield write([inert(value) for value in row])


def inert(value: object) -> str:
    """Return the text of a cell that is no formula; numbers below nought are none."""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.isoformat(timespec="seconds")
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
