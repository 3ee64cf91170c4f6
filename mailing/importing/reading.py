"""The rows of a table as text, a block at a time, from wherever one left off."""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO, NamedTuple

#: Bytes of a batch: large enough that joining it with a million recipients does not count.
BLOCK = 1 << 20
DELIMITERS = (",", ";", "\t")
#: How far a cell with line ends in it may reach before its quotation mark is taken for a stray one.
MAX_SPAN = 500
_ADDRESS = re.compile(r"\s*[^\s@\"]+@[^\s@\"]+\.[^\s@\"]+\s*")

#: The line on which a row begins, and its cells; or the line as it is when they cannot be told.
Record = tuple[int, list[str] | str]


class Position(NamedTuple):
    """A place in a text, in bytes, and the number of the line that begins there."""

    offset: int = 0
    line: int = 1


class Block(NamedTuple):
    """Rows that are not empty, and where the next ones begin."""

    records: list[Record]
    end: Position


def blocks(text: IO[bytes], delimiter: str, begin: Position, size: int = BLOCK) -> Iterator[Block]:
    """Yield the rows of `text` from `begin`, as many at a time as fit into `size` bytes."""
    position = begin
    while True:
        text.seek(position.offset)
        data = text.read(size)
        if not data:
            return
        whole = (data + text.readline()).decode().removesuffix("\n")
        records, used = _records(whole, position.line, delimiter, text)
        position = Position(text.tell(), position.line + used)
        yield Block(records, position)


def first_rows(text: IO[bytes], delimiter: str, begin: Position, number: int) -> list[Record]:
    """Return up to `number` rows from `begin`."""
    small = blocks(text, delimiter, begin, size=1 << 14)
    return list(islice((record for block in small for record in block.records), number))


def _records(whole: str, first: int, delimiter: str, text: IO[bytes]) -> tuple[list[Record], int]:
    """Return the rows in `whole`, and the number of lines that they take up.

    `text` stands behind these lines, and is read on when the last row does not end in them.
    """
    empty = f' "{delimiter}\t\r\x0b\x0c\xa0'
    lines = whole.split("\n")
    if '"' not in whole:
        return [
            (number, line.split(delimiter))
            for number, line in enumerate(lines, first)
            if line.strip(empty)
        ], len(lines)
    if (rows := _parsed(lines, delimiter)) is not None and len(rows) == len(lines):
        return [
            (number, cells)
            for number, (cells, line) in enumerate(zip(rows, lines, strict=True), first)
            if line.strip(empty)
        ], len(lines)
    return _one_by_one(lines, first, delimiter, text)


def _parsed(lines: Sequence[str], delimiter: str) -> list[list[str]] | None:
    try:
        return list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _one_by_one(
    lines: list[str], first: int, delimiter: str, text: IO[bytes]
) -> tuple[list[Record], int]:
    records: list[Record] = []
    place = 0
    while place < len(lines):
        cells, used = _record(lines, place, delimiter, text)
        if isinstance(cells, str) or any(map(str.strip, cells)):
            records.append((first + place, cells))
        place += used
    return records, len(lines)


def _record(
    lines: list[str], place: int, delimiter: str, text: IO[bytes]
) -> tuple[list[str] | str, int]:
    """Return the row that begins at `place`, and how many lines it takes up."""
    line = lines[place]
    if '"' not in line:
        return line.split(delimiter), 1
    if line.count('"') % 2:
        return _long_record(lines, place, delimiter, text)
    try:
        return next(csv.reader([line], delimiter=delimiter)), 1
    except csv.Error:
        return line, 1


def _long_record(
    lines: list[str], place: int, delimiter: str, text: IO[bytes]
) -> tuple[list[str] | str, int]:
    """Return a row with line ends in its cells; a stray quotation mark costs its own line alone."""
    whole = lines[place]
    for used in range(2, MAX_SPAN):
        if place + used > len(lines):
            if not (more := text.readline()):
                break
            lines.append(more.decode().removesuffix("\n"))
        whole = f"{whole}\n{lines[place + used - 1]}"
        if whole.count('"') % 2:
            continue
        rows = _parsed([whole], delimiter)
        if not rows or _swallows_rows(rows[0], delimiter):
            break
        return rows[0], used
    return lines[place], 1


def _swallows_rows(cells: list[str], delimiter: str) -> bool:
    """Whether a line inside a cell looks like a row of its own, with an address among its cells."""
    return any(
        delimiter in line and any(map(_ADDRESS.fullmatch, line.split(delimiter)))
        for cell in cells
        for line in cell.split("\n")[1:]
    )
