"""Rows of a file as people: checked, each address once."""

import re
import sqlite3
from collections.abc import Iterable
from types import TracebackType
from typing import NamedTuple, Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mailing.addresses import MAX_LENGTH, normalise_address, validate_address
from mailing.attributes import MAX_VALUE_LENGTH
from mailing.importing.columns import Columns
from mailing.importing.reading import Record
from mailing.importing.result import WrongRow

MAX_NAME_LENGTH = 150
MAX_COMMENT_LENGTH = 5000

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
#: Before what a spreadsheet would take for a formula, exports put an apostrophe.
_QUOTED_FORMULA = re.compile(r"'(?=[=+\-@\t\r])")


class Person(NamedTuple):
    """What a row says about somebody; what it leaves empty is empty here."""

    email: str
    full_name: str
    comment: str
    attributes: dict[str, str]


class WrongCell(Exception):
    """Why a row cannot be taken in."""


class RowReader:
    """Turns records into people and remembers the addresses of the file, in a file of its own."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.seen = sqlite3.connect("")  # in a temporary file, so a million addresses fit

    def __enter__(self) -> Self:
        self.seen.execute("CREATE TABLE seen (address TEXT PRIMARY KEY, line INT) WITHOUT ROWID")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.seen.close()

    def read(self, records: Iterable[Record], wrong: list[WrongRow]) -> list[Person]:
        """Return the people in `records`, and add the rows that are left out to `wrong`."""
        people = []
        for record in records:
            try:
                people.append(self._person(record))
            except WrongCell as error:
                cells = record.cells or []
                address = _cell(cells, self.columns.email)[:MAX_LENGTH]
                wrong.append(WrongRow(record.line, address, str(error)))
        return people

    def _person(self, record: Record) -> Person:
        cells = self._cells(record)
        person = Person(
            _address(_cell(cells, self.columns.email)),
            self._full_name(cells),
            self._comment(cells),
            dict(self._attributes(cells)),
        )
        self._require_new(person.email, record.line)
        return person

    def _cells(self, record: Record) -> list[str]:
        if record.cells is None:
            raise WrongCell(_("A quotation mark opens here and is never closed."))
        if any(map(str.strip, record.cells[self.columns.width :])):
            raise WrongCell(
                _("The row has more cells than the first one. Put text with commas in quotes.")
            )
        return record.cells

    def _full_name(self, cells: list[str]) -> str:
        name = " ".join(" ".join(_cell(cells, place) for place in self.columns.names).split())
        if len(name) > MAX_NAME_LENGTH:
            raise WrongCell(
                _("The name is longer than %(limit)s characters.") % {"limit": MAX_NAME_LENGTH}
            )
        return name

    def _comment(self, cells: list[str]) -> str:
        comment = "" if self.columns.comment is None else _cell(cells, self.columns.comment)
        if len(comment) > MAX_COMMENT_LENGTH:
            raise WrongCell(
                _("The comment is longer than %(limit)s characters.")
                % {"limit": MAX_COMMENT_LENGTH}
            )
        return comment

    def _attributes(self, cells: list[str]) -> Iterable[tuple[str, str]]:
        for place, key in self.columns.attributes.items():
            value = " ".join(_cell(cells, place).split())
            if len(value) > MAX_VALUE_LENGTH:
                raise WrongCell(
                    _("The value of “%(key)s” is longer than %(limit)s characters.")
                    % {"key": key, "limit": MAX_VALUE_LENGTH}
                )
            if value:
                yield key, value

    def _require_new(self, address: str, line: int) -> None:
        added = self.seen.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (address, line))
        if not added.rowcount:
            (first,) = self.seen.execute("SELECT line FROM seen WHERE address = ?", (address,))
            raise WrongCell(_("The address is on line %(line)s already.") % {"line": first[0]})


def _address(written: str) -> str:
    if not written:
        raise WrongCell(_("There is no e-mail address."))
    try:
        validate_address(written)
    except ValidationError as error:
        raise WrongCell(error.messages[0]) from None
    return normalise_address(written)


def _cell(cells: list[str], place: int) -> str:
    """Return a cell without control characters and formula guard; empty when the row is short."""
    cell = cells[place].strip() if place < len(cells) else ""
    if not cell.isprintable():
        cell = _CONTROL.sub(" ", cell.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return _QUOTED_FORMULA.sub("", cell, count=1) if cell.startswith("'") else cell
