"""The geometry of charts: numbers for templates to draw.

Places and sizes are in per cent of the drawing, as text that no language writes otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from mailing.reports.report import Letters, OfDay, OfMailing

#: What is drawn, from the bottom to the top, or from the left to the right.
SERIES = ("sent", "failed", "uncertain")
INTERVALS = 4
#: The most labels under a wide and under a narrow chart.
WIDE_LABELS, NARROW_LABELS = 12, 4
MANY_DAYS = 120
STEPS = (1, 2, 3, 5, 7, 10)
#: A part that is there is seen: the least height in per cent.
LEAST = 0.8
WIDEST_COLUMN = 6.0


@dataclass(frozen=True)
class Part:
    """A rectangle: so many letters with one result."""

    kind: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Column:
    """A day, with what is said when one points at it."""

    tip: str
    parts: list[Part]
    x: str
    width: str


@dataclass(frozen=True)
class Tick:
    """A line across the chart, or a label under it."""

    label: str | int
    place: str
    is_for_wide: bool = False


@dataclass(frozen=True)
class Chart:
    """A column for each day, of what was sent, failed and is uncertain, one upon the other."""

    columns: list[Column]
    lines: list[Tick]
    labels: list[Tick]
    days: Sequence[OfDay]
    total: Letters

    @property
    def series(self) -> list[tuple[str, str]]:
        """Return what there is to be seen, with its name."""
        names = {
            "sent": pgettext("letters", "Sent"),
            "failed": pgettext("letters", "Failed"),
            "uncertain": pgettext("letters", "Uncertain"),
        }
        return [(kind, names[kind]) for kind in SERIES if getattr(self.total, kind)]


def chart_of(days: Sequence[OfDay]) -> Chart:
    """Draw a chart of one day or more."""
    top = ceiling(max((day.tried for day in days), default=0))
    slot = 100 / len(days)
    width = min(slot * (0.9 if len(days) > MANY_DAYS else 0.72), WIDEST_COLUMN)
    return Chart(
        columns=[
            _column(day, n * slot, slot, (slot - width) / 2, width, top)
            for n, day in enumerate(days)
        ],
        lines=[
            Tick(top * n // INTERVALS, _number(100 - 100 * n / INTERVALS))
            for n in range(INTERVALS, -1, -1)
        ],
        labels=_labels([day.day for day in days], slot),
        days=days,
        total=sum(days, Letters()),
    )


def ceiling(most: int) -> int:
    """Return a round number, not less than `most`, that four even steps lead to."""
    power = 1
    while True:
        for step in (1, 2, 5):
            if step * power * INTERVALS >= most:
                return step * power * INTERVALS
        power *= 10


def _column(day: OfDay, x: float, slot: float, margin: float, width: float, top: int) -> Column:
    parts, bottom = [], 100.0
    for kind, height in _sizes(day, top, LEAST):
        bottom -= height
        parts.append(Part(kind, *map(_number, (x + margin, bottom, width, height))))
    return Column(_tip(day), parts, _number(x), _number(slot))


def _sizes(letters: Letters, whole: int, least: float) -> list[tuple[str, float]]:
    """Return how much of `whole` each result takes, in per cent, and at least `least` of it.

    What is too much then is taken from the largest, so that the least is seen beside it.
    """
    sizes = {
        kind: max(100 * number / whole, least)
        for kind in SERIES
        if (number := getattr(letters, kind))
    }
    if sizes:
        sizes[max(sizes, key=sizes.__getitem__)] -= max(sum(sizes.values()) - 100, 0)
    return list(sizes.items())


def _tip(day: OfDay) -> str:
    """Return the figures of a day in a line."""
    return gettext("%(day)s: %(sent)s sent, %(failed)s failed, %(uncertain)s uncertain") % {
        "day": date_format(day.day, "DATE_FORMAT"),
        "sent": day.sent,
        "failed": day.failed,
        "uncertain": day.uncertain,
    }


def _labels(days: Sequence[date], slot: float) -> list[Tick]:
    """Return the days that are named under the chart: few of them where it is narrow.

    Of many months it is their first days.
    """
    named = list(enumerate(days))
    if len(days) > MANY_DAYS:
        named = [(n, day) for n, day in named if day.day == 1]
    wide = next(step for step in STEPS if len(named) <= step * WIDE_LABELS)
    narrow = wide * -(-len(named) // (wide * NARROW_LABELS))
    form = pgettext("format of a date under a chart", "j M")
    return [
        Tick(date_format(day, form), _number((n + 0.5) * slot), is_for_wide=bool(place % narrow))
        for place, (n, day) in enumerate(named)
        if place % wide == 0
    ]


@dataclass(frozen=True)
class Bar:
    """A mailing with its letters, beside the others."""

    mailing: OfMailing
    parts: list[Part]


def bars_of(mailings: Iterable[OfMailing]) -> list[Bar]:
    """Draw a bar for each mailing, as long as its letters are many."""
    mailings = [mailing for mailing in mailings if mailing.tried]
    most = max((mailing.tried for mailing in mailings), default=0)
    return [Bar(mailing, _bar(mailing, most)) for mailing in mailings]


def _bar(mailing: OfMailing, most: int) -> list[Part]:
    parts, x = [], 0.0
    for kind, width in _sizes(mailing, most, LEAST / 2):
        parts.append(Part(kind, _number(x), "0", _number(width), "100"))
        x += width
    return parts


def _number(value: float) -> str:
    """Return a place or a size as it is written in SVG."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
