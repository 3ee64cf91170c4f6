"""The conditions of a segment as they stand in a form, right or wrong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from mailing.segments.kinds import KINDS
from mailing.segments.rules import MATCHES, MAX_CONDITIONS, Condition, Rules

#: The kind that a new group begins with.
FIRST_KIND = "attribute"


@dataclass(frozen=True)
class Row:
    """A condition as it was typed; group 0 stands for the top."""

    kind: str
    group: int = 0
    key: str = ""
    test: str = ""
    value: str = ""

    @classmethod
    def of(cls, condition: Condition, group: int) -> Self:
        value = "" if condition.value is None else str(condition.value)
        return cls(condition.kind, group, condition.key, condition.test, value)


@dataclass(frozen=True)
class Draft:
    """Rows in the order in which they are shown, and for each group, all or any of it."""

    matches: Mapping[int, str]
    rows: tuple[Row, ...]
    #: The row that was just added, to be filled in next.
    added: int | None = None

    @classmethod
    def empty(cls) -> Self:
        return cls({0: "all"}, ())

    @classmethod
    def of_rules(cls, rules: Rules) -> Self:
        matches, rows = {0: rules.match}, []
        for part in rules.parts:
            if isinstance(part, Rules):
                group = len(matches)
                matches[group] = part.match
                rows += [Row.of(condition, group) for condition in part.conditions()]
            else:
                rows.append(Row.of(part, 0))
        return cls(matches, tuple(rows))

    @classmethod
    def of_post(cls, data: Mapping[str, str]) -> Self:
        """Return what was posted, without what no page of ours posts."""
        matches = {0: "all"}
        for group in range(MAX_CONDITIONS + 1):
            if data.get(f"match-{group}") in MATCHES:
                matches[group] = data[f"match-{group}"]
        return cls(matches, tuple(_posted_rows(data, matches)))

    def after(self, data: Mapping[str, str]) -> Self | None:
        """Return the draft after a button for adding or removing was pressed; None for others."""
        if (group := _number(data, "add")) is not None:
            return self._with_row(group, data.get(f"kind-{group}", ""))
        if "add_group" in data:
            group = max(self.matches) + 1
            other = "any" if self.matches[0] == "all" else "all"
            return replace(self, matches={**self.matches, group: other})._with_row(
                group, FIRST_KIND
            )
        if (index := _number(data, "remove")) is not None:
            return self._without(lambda place, row: place == index)
        if group := _number(data, "remove_group"):
            return self._without(lambda place, row: row.group == group)
        return None

    def _with_row(self, group: int, kind: str) -> Self:
        if kind not in KINDS or group not in self.matches or len(self.rows) >= MAX_CONDITIONS:
            return self
        rows = sorted([*self.rows, Row(kind, group)], key=lambda row: row.group)
        place = max(number for number, row in enumerate(rows) if row.group == group)
        return replace(self, rows=tuple(rows), added=place)

    def _without(self, is_removed: Callable[[int, Row], bool]) -> Self:
        rows = tuple(row for place, row in enumerate(self.rows) if not is_removed(place, row))
        kept = {row.group for row in rows} | {0}
        matches = {group: match for group, match in self.matches.items() if group in kept}
        return replace(self, matches=matches, rows=rows)


def _posted_rows(data: Mapping[str, str], matches: Mapping[int, str]) -> Iterator[Row]:
    for place in range(MAX_CONDITIONS):
        kind = data.get(f"row-{place}-kind", "")
        group = _number(data, f"row-{place}-group")
        if kind in KINDS and group in matches:
            texts = (data.get(f"row-{place}-{name}", "") for name in ("key", "test", "value"))
            yield Row(kind, group or 0, *texts)


def _number(data: Mapping[str, str], name: str) -> int | None:
    text = data.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
