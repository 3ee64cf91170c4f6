"""Rows that did not come in as CSV: with the line, the reason, and the cells as they were."""

import csv
from collections.abc import Iterator

from mailing.exporting import Line, guarded
from mailing.models import Import, ImportRow


def csv_lines(work: Import, kind: str) -> Iterator[str]:
    """Yield the lines of a CSV file, headings first, in flat memory.

    An import takes the file back once the cells are put right.
    """
    write = csv.writer(Line()).writerow
    if kind == ImportRow.Kind.KEPT:
        yield write(["email", "reason"])
        for row in work.rows.filter(kind=kind).order_by("pk").iterator():
            yield write([guarded(row.address), row.reason])
        return
    yield write(["import_line", "import_reason", *map(guarded, _headings(work))])
    for row in work.rows.filter(kind=kind).order_by("pk").iterator():
        yield write([row.line, row.reason, *map(guarded, row.cells)])


def _headings(work: Import) -> list[str]:
    if work.has_header and work.first_rows:
        return list(work.first_rows[0])
    return [f"column {number}" for number in range(1, len(work.roles) + 1)]
