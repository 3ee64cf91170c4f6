"""What came of an import."""

from dataclasses import dataclass, fields
from typing import Self


@dataclass(slots=True)
class Counts:
    """Counts of rows: `total` is `added`, `updated`, `unchanged` and `wrong`.

    `suppressed` says how many of the rows taken in get nothing, being opted out or suppressed.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    suppressed: int = 0
    wrong: int = 0
    total: int = 0

    def __iadd__(self, other: Self) -> Self:
        for name in NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


NAMES = tuple(field.name for field in fields(Counts))
