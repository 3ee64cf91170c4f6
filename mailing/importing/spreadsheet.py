"""A sheet of a spreadsheet (.xlsx) as text: what its cells show, not what they compute."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from django.conf import settings

from mailing.importing.archive import distrust, opened
from mailing.importing.limits import check_columns, check_rows

#: A line end inside a cell, so that each row of the sheet is one line of text.
LINE_SEPARATOR = "\u2028"
#: What a formula shows that could not be computed.
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"}
_LINE_ENDS = str.maketrans({"\r": " ", "\n": LINE_SEPARATOR, "\0": " "})
BATCH = 1000


def write_sheet(
    source: IO[bytes], target: IO[bytes], name: str, beat: Callable[[], None]
) -> list[str]:
    """Write a sheet to `target` as CSV and return the names of all. Raises UnreadableFile."""
    with opened(source, beat) as book:
        _write(_rows(book.worksheets, name), target)
        return [sheet.title for sheet in book.worksheets]


def _rows(sheets: Sequence[Any], name: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the sheet of this name, else of the first one. Raises UnreadableFile."""
    with distrust():
        sheet = next((each for each in sheets if each.title == name), sheets[0])
        sheet.reset_dimensions()
        yield from sheet.iter_rows(max_col=settings.IMPORT_MAX_COLUMNS + 1, values_only=True)


def _write(rows: Iterable[tuple[Any, ...]], target: IO[bytes]) -> None:
    buffer = io.StringIO()
    write = csv.writer(buffer, lineterminator="\n").writerow
    for number, row in enumerate(rows, start=1):
        check_rows(number)
        cells = list(_cells(row))
        check_columns(len(cells))
        if cells == [""]:
            cells = []  # not the two quotation marks with which the writer says so
        write(cells)
        if number % BATCH == 0:
            _flush(buffer, target)
    _flush(buffer, target)


def _flush(buffer: io.StringIO, target: IO[bytes]) -> None:
    target.write(buffer.getvalue().encode(errors="replace"))
    buffer.seek(0)
    buffer.truncate()


def _cells(row: tuple[Any, ...]) -> Iterator[str]:
    """Yield the texts of a row without the empty cells at its end."""
    texts = [cell_text(value) for value in row]
    while texts and not texts[-1]:
        texts.pop()
    yield from texts


def cell_text(value: object) -> str:
    """Return what people see in a cell, as far as it does not depend on their spreadsheet."""
    match value:
        case None:
            return ""
        case str():
            return value.translate(_LINE_ENDS)
        case bool():
            return "true" if value else "false"
        case float():
            return _number(value)
        case datetime():
            return _moment(value)
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes" if not value.second else "seconds")
        case timedelta():
            return str(value)
    return str(value).translate(_LINE_ENDS)


def _number(value: float) -> str:
    """Return a number with the digits that spreadsheets keep; whole ones are often telephones."""
    if value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return format(value, ".15g")


def _moment(value: datetime) -> str:
    if value.time() == time.min:
        return value.date().isoformat()
    return value.isoformat(" ", "minutes" if not value.second else "seconds")
