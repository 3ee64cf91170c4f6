"""Rows that did not come in as CSV: with the line, the reason, and the cells as they were."""

from collections.abc import Iterator

from accounts import csv_files
from mailing.models import Import, ImportRow


def csv_lines(work: Import, kind: str) -> Iterator[str]:
    """Return the lines of a CSV file, headings first, in flat memory.

    An import takes the file back once the cells are put right.
    """
    return csv_files.lines(_kept(work) if kind == ImportRow.Kind.KEPT else _wrong(work))


def _kept(work: Import) -> Iterator[list[object]]:
    yield ["email", "reason"]
    for row in work.rows.filter(kind=ImportRow.Kind.KEPT).order_by("pk").iterator():
        yield [row.address, row.reason]


def _wrong(work: Import) -> Iterator[list[object]]:
    yield ["import_line", "import_reason", *_headings(work)]
    for row in work.rows.filter(kind=ImportRow.Kind.WRONG).order_by("pk").iterator():
        yield [row.line, row.reason, *row.cells]


def _headings(work: Import) -> list[str]:
    if work.has_header and work.first_rows:
        return list(work.first_rows[0])
    return [f"column {number}" for number in range(1, len(work.roles) + 1)]
