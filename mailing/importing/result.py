"""What came of an import."""

from dataclasses import dataclass, field
from typing import NamedTuple


class WrongRow(NamedTuple):
    """A row that was left out; `line` is where it begins in the file, counted from 1."""

    line: int
    address: str
    reason: str


@dataclass(slots=True)
class ImportResult:
    """Counts of an import: `total` is `added`, `updated`, `unchanged` and the wrong rows.

    `suppressed` says how many of the rows taken in get nothing, being opted out or suppressed.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    suppressed: int = 0
    total: int = 0
    wrong: list[WrongRow] = field(default_factory=list)
