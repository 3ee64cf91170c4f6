"""Bringing in recipients from a CSV file: one engine for the page and the command."""

from collections.abc import Iterable
from itertools import islice
from typing import IO

from accounts.models import User
from mailing.importing.reading import UnreadableFile, open_table
from mailing.importing.result import ImportResult, WrongRow
from mailing.importing.rows import RowReader
from mailing.importing.storing import Store
from mailing.models import RecipientList

__all__ = ["ImportResult", "UnreadableFile", "WrongRow", "import_recipients"]

BATCH = 1000


def import_recipients(
    owner: User,
    stream: IO[bytes] | bytes,
    *,
    file_name: str = "",
    lists: Iterable[RecipientList] = (),
    dry_run: bool = False,
) -> ImportResult:
    """Add the recipients in a CSV file to those of `owner`, and to `lists`.

    `stream` is the file's bytes, or an open binary file (also one that cannot be rewound). `lists`
    is looked at only when the file has proved readable, so a generator may make a list then.

    Recipients whom the owner has already get the values that the file has for them; the state of
    a recipient never changes. Who has opted out or is suppressed is taken in like everybody and
    still gets nothing. A thousand rows are saved at a time, and what was saved stays if a later
    part fails. Raises UnreadableFile, before anything is saved, when the file cannot be used.
    """
    with open_table(stream) as table, RowReader(table.columns) as reader:
        result = ImportResult()
        store = Store(owner, _source(file_name), [] if dry_run else lists, dry_run=dry_run)
        while records := list(islice(table.records, BATCH)):
            result.total += len(records)
            store.save(reader.read(records, result.wrong), result)
        return result


def _source(file_name: str) -> str:
    return " ".join(["import", *file_name.split()])[:200]
