"""Tables as CSV and XLSX, row by row, in flat memory; and recipients as such a table."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.utils import timezone

from mailing.models import Recipient
from mailing.models.recipient import RecipientQuerySet
from mailing.spreadsheets import BEGINS_A_FORMULA, Sheet, xlsx_pieces

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


class Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_pieces(headings: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a CSV file, with the mark that tells spreadsheet programs that it is UTF-8.

    Moments are written in the current time zone, with their offset. No cell is a formula.
    """
    write = csv.writer(Line()).writerow
    yield b"\xef\xbb\xbf" + write([guarded(heading) for heading in headings]).encode()
    for row in rows:
        yield write([guarded(value) for value in row]).encode()


def csv_lines(recipients: RecipientQuerySet) -> Iterator[str]:
    """Yield the lines of a CSV file of `recipients`, headings first, in flat memory.

    An import takes the file back: it passes over the columns that it cannot set.
    """
    write = csv.writer(Line()).writerow
    keys = _attribute_keys(recipients)
    yield write([*COLUMNS, *(f"attributes.{key}" for key in keys)])
    rows = recipients.order_by("pk").prefetch_related("lists").iterator(chunk_size=CHUNK)
    for recipient in rows:
        values = (recipient.attributes.get(key) for key in keys)
        yield write([guarded(value) for value in (*_values(recipient), *values)])


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


def guarded(value: object) -> str:
    """Return the text of a cell that no spreadsheet program takes for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.isoformat(timespec="seconds")
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text
