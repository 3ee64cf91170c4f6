"""Charts: everything lies within the drawing, in proportion, and nothing is in the way."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import example, given
from hypothesis import strategies as st

from mailing.reports.chart import (
    LEAST,
    NARROW_LABELS,
    SERIES,
    WIDE_LABELS,
    bars_of,
    ceiling,
    chart_of,
)
from mailing.reports.meanings import CLASSES, REASONS, SMTP_CODES, STATUS_CODES, meaning_of
from mailing.reports.report import OfDay, OfMailing

NUMBERS = st.integers(0, 5_000_000)


def days(*letters: tuple[int, int, int]) -> list[OfDay]:
    first = date(2024, 1, 1)
    return [OfDay(*each, day=first + timedelta(days=n)) for n, each in enumerate(letters)]


@example([(1, 1_999_998, 1)])  # as high as the chart
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=366))
def test_every_part_lies_within_its_column(letters: list[tuple[int, int, int]]) -> None:
    chart = chart_of(days(*letters))
    assert len(chart.columns) == len(letters)
    for column in chart.columns:
        left, right = float(column.x), float(column.x) + float(column.width)
        bottom = 100.0
        for part in column.parts:
            assert left - 0.01 <= float(part.x) <= float(part.x) + float(part.width) <= right + 0.01
            assert float(part.height) >= LEAST
            assert float(part.y) >= -0.01
            assert float(part.y) + float(part.height) == pytest.approx(bottom, abs=0.01)
            bottom = float(part.y)


def test_heights_are_in_proportion() -> None:
    chart = chart_of(days((100, 50, 0), (400, 0, 0), (0, 0, 0)))
    first, second, third = chart.columns
    assert [part.height for part in first.parts] == ["25", "12.5"]
    assert [part.kind for part in first.parts] == ["sent", "failed"]
    assert [part.height for part in second.parts] == ["100"]
    assert third.parts == []
    assert [(line.label, line.place) for line in chart.lines] == [
        (400, "0"),
        (300, "25"),
        (200, "50"),
        (100, "75"),
        (0, "100"),
    ]


def test_one_failed_letter_of_a_million_is_seen() -> None:
    (column,) = chart_of(days((999_999, 1, 0))).columns
    assert float(column.parts[1].height) >= 0.5


@given(NUMBERS)
def test_the_top_is_round_and_not_far(most: int) -> None:
    top = ceiling(most)
    assert top >= most
    assert top % 4 == 0
    assert top <= max(4, most * 2.5)
    assert set(str(top // 4).rstrip("0")) <= set("125")


@given(st.integers(1, 366))
def test_labels_are_few(number: int) -> None:
    labels = chart_of(days(*[(1, 0, 0)] * number)).labels
    places = [float(label.place) for label in labels]
    narrow = [float(label.place) for label in labels if not label.is_for_wide]
    assert 1 <= len(places) <= WIDE_LABELS
    assert 1 <= len(narrow) <= NARROW_LABELS
    for each in (places, narrow):
        gaps = [later - earlier for earlier, later in pairwise(each)]
        assert all(
            gap >= 75 / (WIDE_LABELS if each is places else NARROW_LABELS) / 2 for gap in gaps
        )


@example([(1_000_000, 1, 0)])
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=12))
def test_bars_lie_within_the_drawing(letters: list[tuple[int, int, int]]) -> None:
    bars = bars_of(OfMailing(*each, pk=1, name="M") for each in letters)
    assert len(bars) == sum(1 for each in letters if sum(each))
    for bar in bars:
        x = 0.0
        for part in bar.parts:
            assert float(part.x) == pytest.approx(x, abs=0.01)
            assert float(part.width) >= LEAST / 2
            x += float(part.width)
        assert x <= 100.01


def test_the_template_names_each_day_and_holds_no_style() -> None:
    chart = chart_of(days((1000, 2, 3), (0, 0, 0)))
    html = render_to_string(
        "components/chart.html",
        {"chart": chart, "id": "c", "title": "Letters", "description": "All of them"},
    )
    assert "1 Jan 2024: 1000 sent, 2 failed, 3 uncertain" in html
    assert html.count('<rect class="chart__part') == len(SERIES)
    assert '<desc id="c-desc">All of them</desc>' in html
    assert '<td class="numeric">1,000</td>' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("way", "title"),
    [
        (("failed", "refused", 550, "5.1.1"), "There is no such mailbox"),
        (("failed", "gave_up", 452, "4.2.2"), "The mailbox is full"),
        (("failed", "refused", 550, ""), "The mailbox does not take the letter"),
        (("failed", "refused", 550, "5.9.9"), "The mailbox does not take the letter"),
        (("failed", "refused", 599, ""), "Refused for good"),
        (
            ("failed", "gave_up", 0, "4.9.9"),
            "Refused for the time being, until there was no time left",
        ),
        (("failed", "not_composed", 0, ""), "the letter could not be composed"),
        (("skipped", "unsubscribed", 0, ""), "the recipient has unsubscribed"),
        (("uncertain", "sender_died", 0, ""), REASONS["sender_died"].title),
        (("failed", "", 0, ""), "Not delivered, and no reason was kept"),
        (("failed", "refused", 299, ""), "Not delivered, and no reason was kept"),
    ],
)
def test_answers_are_explained(way: tuple[str, str, int, str], title: str) -> None:
    assert str(meaning_of(*way).title) == title


def test_every_meaning_says_something() -> None:
    for table in (STATUS_CODES, SMTP_CODES, CLASSES, REASONS):
        for meaning in table.values():
            assert str(meaning.title)
            assert str(meaning.advice).endswith(".")
