"""Pages of a list by the place of their rows: any page costs as much as the first one.

A page is asked for by a cursor: the sorted value and the key of the row that it comes after or
before, signed, so that nothing gets into a query that did not come out of one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple, Self

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, Q, QuerySet

#: Rows that are counted at most for a page; beyond, it says “more than”.
MOST_COUNTED = 10_000
#: … while searching, which has to look at each of them.
MOST_FOUND = 1000
#: The cursor for the last page.
END = "end"


class Total(NamedTuple):
    """How many rows there are, or when not exact, that there are more than `number`."""

    number: int
    is_exact: bool

    @classmethod
    def of(cls, queryset: QuerySet[Any], most: int = MOST_COUNTED) -> Self:
        counted = queryset.order_by()[: most + 1].count()
        return cls(min(counted, most), counted <= most)


@dataclass(frozen=True)
class Place:
    """Where a row stands: its sorted value, its key and, as far as known, its number from 1."""

    value: Any
    key: Any
    number: int | None


@dataclass
class KeysetPage:
    """Some rows of a list; `before` and `after` are the cursors of the neighbouring pages."""

    object_list: list[Any]
    total: Total
    number: int | None = None
    before: str = ""
    after: str = ""
    end: str = END

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    def __getitem__(self, index: int) -> Any:
        return self.object_list[index]

    def has_other_pages(self) -> bool:
        return bool(self.before or self.after)

    @property
    def start_index(self) -> int | None:
        """The number of the first row; None when rows have come or gone and it is not known."""
        last = (self.number or 0) + len(self) - 1
        return None if self.total.is_exact and last > self.total.number else self.number

    @property
    def end_index(self) -> int | None:
        return None if self.start_index is None else self.start_index + len(self) - 1


@dataclass(frozen=True)
class Order:
    """Rows by one column, then by key; what has no value comes last, whichever way round."""

    queryset: QuerySet[Any]
    sort: str

    @property
    def path(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")

    @cached_property
    def may_lack(self) -> bool:
        """Whether there may be rows without a value."""
        model: Any = self.queryset.model
        for name in self.path.split("__"):
            try:
                found = model._meta.get_field(name) if name != "pk" else model._meta.pk
            except FieldDoesNotExist:  # what the query computes
                return True
            if found.null:
                return True
            model = found.related_model
        return False

    def value_of(self, row: Model) -> Any:
        value: Any = row
        for name in self.path.split("__"):
            value = None if value is None else getattr(value, name)
        return value

    def rows(self, backwards: bool = False) -> QuerySet[Any]:
        """Return all rows in this order, or in the opposite one."""
        return self.queryset.order_by(*self.columns(backwards))

    def columns(self, backwards: bool = False) -> list[Any]:
        """Return what `order_by` takes."""
        descending = self.is_descending != backwards
        key = "-pk" if descending else "pk"
        if not self.may_lack:
            return [f"-{self.path}" if descending else self.path, key]
        last: dict[str, Any] = {"nulls_first": True} if backwards else {"nulls_last": True}
        column = F(self.path)
        return [column.desc(**last) if descending else column.asc(**last), key]

    def beyond(self, place: Place, backwards: bool = False) -> Q:
        """Return the condition for rows that come later than `place`, or earlier."""
        sign = "lt" if self.is_descending != backwards else "gt"
        key = Q(**{f"pk__{sign}": place.key})
        lacking = Q(**{f"{self.path}__isnull": True})
        if place.value is None:
            return ~lacking | key if backwards else lacking & key
        # "at or beyond" is what an index is entered by; the rest only tells equal values apart
        at = Q(**{f"{self.path}__{sign}e": place.value})
        later = at & (Q(**{f"{self.path}__{sign}": place.value}) | key)
        return later | lacking if self.may_lack and not backwards else later


class Pages:
    """The pages of `queryset` in the order `sort`, each of `size` rows."""

    def __init__(
        self, queryset: QuerySet[Any], sort: str, size: int, most_counted: int = MOST_COUNTED
    ) -> None:
        self.order = Order(queryset, sort)
        self.size = size
        self.total = Total.of(queryset, most_counted)
        salt = f"accounts.keyset:{queryset.model._meta.label}:{sort}"
        self.signer = signing.Signer(salt=salt, sep=".")

    def get(self, after: str = "", before: str = "") -> KeysetPage:
        """Return the page after or before a cursor; the first page when it leads nowhere."""
        if before == END:
            return self._last()
        if before:
            found = self._before(self._place(before))
        else:
            found = self._after(self._place(after)) if after else None
        return found or self._first()

    def _first(self) -> KeysetPage:
        rows = list(self.order.rows()[: self.size + 1])
        return self._page(rows[: self.size], 1, earlier=False, later=len(rows) > self.size)

    def _after(self, place: Place | None) -> KeysetPage | None:
        if place is None:
            return None
        rows = list(self.order.rows().filter(self.order.beyond(place))[: self.size + 1])
        number = place.number + 1 if place.number else None
        later = len(rows) > self.size
        return self._page(rows[: self.size], number, earlier=True, later=later) if rows else None

    def _before(self, place: Place | None) -> KeysetPage | None:
        """Return nothing when so few rows come before that they are not all of the first page."""
        if place is None:
            return None
        rows = self._backwards(self.order.beyond(place, backwards=True))
        if len(rows) <= self.size:
            return None
        number = place.number - self.size if place.number else 0
        return self._page(rows[1:], number if number > 1 else None, earlier=True, later=True)

    def _last(self) -> KeysetPage:
        rows = self._backwards(Q())
        if len(rows) <= self.size:
            return self._page(rows, 1, earlier=False, later=False)
        number = self.total.number - self.size + 1 if self.total.is_exact else None
        return self._page(rows[1:], number, earlier=True, later=False)

    def _backwards(self, condition: Q) -> list[Any]:
        rows = self.order.rows(backwards=True).filter(condition)
        return list(rows[: self.size + 1])[::-1]

    def _page(
        self, rows: Sequence[Any], number: int | None, *, earlier: bool, later: bool
    ) -> KeysetPage:
        last = number + len(rows) - 1 if number else None
        return KeysetPage(
            list(rows),
            self.total,
            number,
            before=self._cursor(rows[0], number) if earlier else "",
            after=self._cursor(rows[-1], last) if later else "",
        )

    def _cursor(self, row: Model, number: int | None) -> str:
        value = self.order.value_of(row)
        if isinstance(value, date):
            value = [value.isoformat()]
        return self.signer.sign_object([value, row.pk, number])

    def _place(self, cursor: str) -> Place | None:
        """Return what a cursor of ours for this order says; nothing for any other text."""
        try:
            value, key, number = self.signer.unsign_object(cursor)
        except signing.BadSignature:
            return None
        if isinstance(value, list):
            value = datetime.fromisoformat(value[0])
        return Place(value, key, number)
