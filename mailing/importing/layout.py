"""How a text is laid out as a table: its delimiter, where it begins, what its columns hold."""

from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from mailing.importing.columns import Columns, guess_columns
from mailing.importing.limits import UnreadableFile, check_columns
from mailing.importing.reading import DELIMITERS, Position, Record, first_rows

#: Rows that are shown to whoever says what the columns hold.
SHOWN = 6


@dataclass(frozen=True)
class Layout:
    """How a table is to be read; `columns` is a guess, None when there is nothing to go by."""

    delimiter: str
    start: Position
    rows: list[list[str]]
    columns: Columns | None


def find_layout(text: IO[bytes], delimiters: tuple[str, ...] = DELIMITERS) -> Layout:
    """Return the likeliest layout. Raises UnreadableFile for a text without rows."""
    start = _after_hint(text)
    tries = [_layout(text, delimiter, start) for delimiter in delimiters]
    best = max(tries, key=lambda layout: (layout.columns is not None, _width(layout.rows)))
    if not all(layout.rows for layout in tries):
        raise UnreadableFile(_("The file is empty."))
    check_columns(_width(best.rows))
    return best


def _width(rows: list[list[str]]) -> int:
    return len(rows[0]) if rows else 0


def _layout(text: IO[bytes], delimiter: str, start: Position) -> Layout:
    rows = [_cells(record) for record in first_rows(text, delimiter, start, SHOWN)]
    if not rows:
        return Layout(delimiter, start, [], None)
    return Layout(delimiter, start, rows, guess_columns(rows[0], rows[1] if rows[1:] else []))


def _cells(record: Record) -> list[str]:
    return [record[1]] if isinstance(record[1], str) else record[1]


def _after_hint(text: IO[bytes]) -> Position:
    """Pass over the line in which spreadsheet programs name the delimiter."""
    text.seek(0)
    first = text.readline(16)
    if first.lower().startswith(b"sep=") and len(first.strip(b"\r\n")) <= 5:
        return Position(text.tell(), 2)
    return Position()
