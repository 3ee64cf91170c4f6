"""CSV files as people have them: their encodings, delimiters and lines."""

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import chain
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple

from django.utils.translation import gettext as _

from mailing.attributes import MAX_KEYS
from mailing.importing.columns import Columns, guess_columns

CHUNK = 1 << 16
IN_MEMORY = 1 << 20
DELIMITERS = (",", ";", "\t")
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class UnreadableFile(Exception):
    """A file that cannot be imported; the text says to its user why."""


class Record(NamedTuple):
    """The cells of a row, or None for a row that cannot be told apart, and its first line."""

    line: int
    cells: list[str] | None


@dataclass(frozen=True, slots=True)
class Table:
    """What the columns of a file are, and its rows that are not empty."""

    columns: Columns
    records: Iterator[Record]


@contextmanager
def open_table(stream: IO[bytes] | bytes) -> Iterator[Table]:
    """Give the table in `stream`. Raises UnreadableFile when there is none."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        copyfileobj(BytesIO(stream) if isinstance(stream, bytes) else stream, file)
        with TextIOWrapper(file, encoding=_encoding(file), newline="") as text:
            yield _table(text)


def _encoding(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(4)
    if head.startswith(_SPREADSHEETS):
        raise UnreadableFile(
            _("This is a spreadsheet. Save it as CSV in your spreadsheet program and import that.")
        )
    is_utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if is_utf16 else ["utf-8-sig", "cp1251"]:
        if _is_text_in(file, encoding):
            file.seek(0)
            return encoding
    raise UnreadableFile(_("This is not a text file. Save the recipients as CSV and import that."))


def _is_text_in(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(CHUNK):
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _table(text: TextIOWrapper) -> Table:
    tables = [_table_by(delimiter, text) for delimiter in DELIMITERS]
    columns, _width, delimiter = max(tables, key=lambda table: (table[0] is not None, table[1]))
    if not all(width for _columns, width, _delimiter in tables):
        raise UnreadableFile(_("The file is empty."))
    if columns is None:
        raise UnreadableFile(
            _("There is no column with e-mail addresses. Name one “email” in the first line.")
        )
    if len(columns.attributes) > MAX_KEYS:
        raise UnreadableFile(
            _("The file has %(count)s columns that would become attributes. Keep to %(limit)s.")
            % {"count": len(columns.attributes), "limit": MAX_KEYS}
        )
    records = _records(text, delimiter)
    if columns.has_header:
        next(records)
    return Table(columns, records)


def _table_by(delimiter: str, text: TextIOWrapper) -> tuple[Columns | None, int, str]:
    """Return the columns, their number and the delimiter when the file is read with it."""
    records = _records(text, delimiter)
    first, second = next(records, None), next(records, None)
    if first is None or first.cells is None:
        return None, 0 if first is None else 1, delimiter
    columns = guess_columns(first.cells, (second and second.cells) or [])
    return columns, len(first.cells), delimiter


def _records(text: TextIOWrapper, delimiter: str) -> Iterator[Record]:
    text.seek(0)
    skipped, lines = _without_hint(text)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = skipped + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a quotation mark that never closes takes in all that follows
            yield Record(line, None)
        else:
            if any(map(str.strip, cells)):
                yield Record(line, cells)


def _without_hint(text: TextIOWrapper) -> tuple[int, Iterator[str]]:
    """Pass over the line in which spreadsheet programs name the delimiter."""
    first = next(text, "")
    if first.lower().startswith("sep=") and len(first.strip("\r\n")) <= 5:
        return 1, text
    return 0, chain([first] if first else [], text)
