"""Rows of a file as people: checked, each address once."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.csv_files import FORMULA_STARTS
from mailing.addresses import MAX_LENGTH, PLAIN, normalise_address, validate_address
from mailing.attributes import MAX_VALUE_LENGTH
from mailing.importing.columns import Columns
from mailing.importing.reading import Record
from mailing.importing.seen import SeenAddresses
from mailing.importing.spreadsheet import ERRORS

MAX_NAME_LENGTH = 150
MAX_COMMENT_LENGTH = 5000
#: Characters of a cell, and cells of a row, that are kept of a row that is left out.
MAX_KEPT = 1000

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2029]")

#: What a row says about somebody: address, name, comment, and attributes as JSON; a row says
#: nothing where these are empty.
Person = tuple[str, str, str, str]


class WrongRow(NamedTuple):
    """A row that is left out; `line` is where it begins in the file, counted from 1."""

    line: int
    address: str
    reason: str
    cells: list[str]


class WrongCell(Exception):
    """Why a row cannot be taken in."""


class RowReader:
    """Turns records into people, and remembers the addresses of the file in a file at `seen`."""

    def __init__(
        self, columns: Columns, quote: Callable[[str], str] = json.dumps, seen: Path | str = ""
    ) -> None:
        self.columns, self.quote = columns, quote
        self.keys = [(place, key, f'"{key}": ') for place, key in columns.attributes.items()]
        self.seen = SeenAddresses(seen)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.seen.close()

    def read(self, records: Sequence[Record]) -> tuple[list[Person], list[WrongRow]]:
        """Return the people in `records` by address, and the rows that are left out.

        Two imports that add the same people in the same order wait for each other, but not in
        a circle; and neighbours go into an index faster than strangers.
        """
        right: list[tuple[Person, Record]] = []
        wrong: list[WrongRow] = []
        for record in records:
            try:
                right.append((self._person(record[1]), record))
            except WrongCell as error:
                if not self._is_blank(record[1]):
                    wrong.append(self._wrong(record, str(error)))
        right.sort(key=_address_and_line)
        if again := self.seen.add([_address_and_line(row) for row in right]):
            wrong += [self._again(row, again[row[0]]) for _, row in right if row[0] in again]
            wrong.sort()
        return [person for person, row in right if row[0] not in again], wrong

    def _is_blank(self, cells: list[str] | str) -> bool:
        """Whether a row is empty but for errors of a spreadsheet, none of them for an address."""
        return not any(map(_cell, cells)) and not any(cells[self.columns.email :][:1])

    def _person(self, cells: list[str] | str) -> Person:
        columns = self.columns
        if isinstance(cells, str):
            raise WrongCell(_("A quotation mark opens here and is never closed."))
        if len(cells) > columns.width and any(map(_cell, cells[columns.width :])):
            raise WrongCell(
                _("The row has more cells than the first one. Put text with commas in quotes.")
            )
        if len(cells) < columns.width:
            cells = cells + [""] * (columns.width - len(cells))
        written = cells[columns.email].strip()
        address = written.lower()
        if not PLAIN.fullmatch(address):
            address = _address(written)
        comment = "" if columns.comment is None else _comment(cells[columns.comment])
        return address, self._full_name(cells), comment, self._attributes(cells)

    def _full_name(self, cells: list[str]) -> str:
        names = self.columns.names
        if len(names) == 1:
            name = " ".join(_cell(cells[names[0]]).split())
        else:
            name = " ".join(" ".join(_cell(cells[place]) for place in names).split())
        if len(name) > MAX_NAME_LENGTH:
            raise WrongCell(
                _("The name is longer than %(limit)s characters.") % {"limit": MAX_NAME_LENGTH}
            )
        return name

    def _attributes(self, cells: list[str]) -> str:
        pairs = []
        for place, key, prefix in self.keys:
            if cell := cells[place]:
                value = " ".join(_cell(cell).split())
                if len(value) > MAX_VALUE_LENGTH:
                    raise WrongCell(
                        _("The value of “%(key)s” is longer than %(limit)s characters.")
                        % {"key": key, "limit": MAX_VALUE_LENGTH}
                    )
                if value:
                    pairs.append(prefix + self.quote(value))
        return "{" + ", ".join(pairs) + "}" if pairs else "{}"

    def _again(self, record: Record, first: int) -> WrongRow:
        return self._wrong(record, _("The address is on line %(line)s already.") % {"line": first})

    def _wrong(self, record: Record, reason: str) -> WrongRow:
        line, found = record
        cells = [found] if isinstance(found, str) else found
        kept = [_CONTROL.sub(" ", cell[:MAX_KEPT]) for cell in cells[: self.columns.width + 10]]
        place = self.columns.email
        return WrongRow(
            line, _cell(kept[place])[:MAX_LENGTH] if place < len(kept) else "", reason, kept
        )


def _address_and_line(row: tuple[Person, Record]) -> tuple[str, int]:
    return row[0][0], row[1][0]


def _address(cell: str) -> str:
    if cell in ERRORS:
        raise WrongCell(
            _("Instead of an address the cell holds an error of the spreadsheet: %(error)s.")
            % {"error": cell}
        )
    if not (written := _cell(cell)):
        raise WrongCell(_("There is no e-mail address."))
    try:
        validate_address(written)
    except ValidationError as error:
        raise WrongCell(error.messages[0]) from None
    return normalise_address(written)


def _comment(cell: str) -> str:
    comment = _cell(cell)
    if len(comment) > MAX_COMMENT_LENGTH:
        raise WrongCell(
            _("The comment is longer than %(limit)s characters.") % {"limit": MAX_COMMENT_LENGTH}
        )
    return comment


def _cell(cell: str) -> str:
    """Return a cell without control characters, and without the mark that it is no formula.

    Errors of spreadsheets are empty: nobody wants them in a letter.
    """
    cell = cell.strip()
    if cell in ERRORS:
        return ""
    if not cell.isprintable():
        cell = _CONTROL.sub(" ", cell.replace("\u2028", "\n")).strip()
    is_marked = cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS)
    return cell[1:] if is_marked else cell
