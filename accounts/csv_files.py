"""CSV files that no spreadsheet program takes for anything but text."""

import csv
from collections.abc import Iterable, Iterator

#: What a cell may not begin with. https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def inert(value: object) -> str:
    """Return the text of a cell that is no formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield a line for each of `rows`."""
    write = csv.writer(Line()).writerow
    for row in rows:
        yield write([inert(value) for value in row])
