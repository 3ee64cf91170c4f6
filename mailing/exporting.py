"""Tables as CSV and XLSX, row by row, in flat memory; and recipients as such a table."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from accounts import csv_files
from mailing.models import Recipient
from mailing.models.recipient import RecipientQuerySet
from mailing.spreadsheets import Sheet, xlsx_pieces

__all__ = ["Sheet", "csv_lines", "csv_pieces", "xlsx_pieces"]

COLUMNS = (
    "email",
    "full_name",
    "comment",
    "recipient_state",
    "recipient_lists",
    "recipient_since",
    "consent_source",
    "consent_at",
)
CHUNK = 2000


def csv_pieces(headings: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a CSV file, with the mark that tells spreadsheet programs that it is UTF-8."""
    yield b"\xef\xbb\xbf"
    for line in csv_files.lines(chain([headings], rows)):
        yield line.encode()


def csv_lines(recipients: RecipientQuerySet) -> Iterator[str]:
    """Yield the lines of a CSV file of `recipients`, headings first, in flat memory.

    An import takes the file back: it passes over the columns that it cannot set.
    """
    keys = _attribute_keys(recipients)
    headings = (*COLUMNS, *(f"attributes.{key}" for key in keys))
    found = recipients.order_by("pk").prefetch_related("lists").iterator(chunk_size=CHUNK)
    rows = ((*_values(each), *(each.attributes.get(key) for key in keys)) for each in found)
    yield from csv_files.lines(chain([headings], rows))


def _attribute_keys(recipients: RecipientQuerySet) -> list[str]:
    keys: dict[str, None] = {}
    for attributes in recipients.order_by().values_list("attributes", flat=True).iterator():
        keys.update(dict.fromkeys(attributes))
    return sorted(keys)


def _values(recipient: Recipient) -> tuple[object, ...]:
    return (
        recipient.email,
        recipient.full_name,
        recipient.comment,
        recipient.state,
        "; ".join(chosen.name for chosen in recipient.lists.all()),
        recipient.created_at.isoformat(timespec="seconds"),
        recipient.consent_source,
        recipient.consent_at.isoformat(timespec="seconds") if recipient.consent_at else "",
    )
