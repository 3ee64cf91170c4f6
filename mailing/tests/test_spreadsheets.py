"""Tables as files: what is in them, and that nothing in them runs."""

import csv
import re
import tracemalloc
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from mailing import spreadsheets
from mailing.exporting import Sheet, csv_pieces, xlsx_pieces
from mailing.views.downloads import table_download

FORMULAS = ["=1+1", "+47 22", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("x")']


def workbook(
    rows: Iterable[Sequence[object]], headings: Sequence[object] = ("A", "B"), title: str = "T"
) -> Workbook:
    return load_workbook(BytesIO(b"".join(xlsx_pieces([Sheet(title, headings, rows)]))))


def values(rows: Iterable[Sequence[object]]) -> list[tuple[Any, ...]]:
    return list(workbook(rows).active.values)[1:]  # type: ignore[union-attr]


def csv_values(rows: Iterable[Sequence[object]]) -> list[list[str]]:
    text = b"".join(csv_pieces(["A", "B"], rows)).decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline="")))[1:]


def test_cells_keep_what_they_are() -> None:
    (row,) = values([("Аня <b>&\" 'x'", 5, 0.25, Decimal("1.5"), True, None, "", " two\nlines ")])
    assert row == ("Аня <b>&\" 'x'", 5, 0.25, 1.5, True, None, None, " two\nlines ")


def test_moments_are_on_the_clock_of_the_current_zone() -> None:
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Riga")):
        ((first, second),) = values([(moment, date(2026, 3, 29))])
        ((text, _day),) = csv_values([(moment, date(2026, 3, 29))])
    assert first == datetime(2026, 3, 29, 4, 30)
    assert second == datetime(2026, 3, 29)
    assert text == "2026-03-29T04:30:00+03:00"


@pytest.mark.parametrize("value", FORMULAS)
def test_no_cell_of_a_workbook_is_a_formula(value: str) -> None:
    sheet = workbook([(value, "a=b")], headings=(value, "B")).active
    assert sheet is not None
    for cell in (sheet["A1"], sheet["A2"]):
        assert cell.data_type == "s"
        assert cell.value == value.replace("\r", "\n")  # XML reads one as the other
    assert sheet["A2"].quotePrefix
    assert not sheet["B2"].quotePrefix


@pytest.mark.parametrize("value", FORMULAS)
def test_no_cell_of_a_csv_is_a_formula(value: str) -> None:
    assert csv_values([(value, "a=b")]) == [[f"'{value}", "a=b"]]


def test_numbers_below_nought_stay_numbers() -> None:
    assert csv_values([(-5, -0.5)]) == [["-5", "-0.5"]]
    assert values([(-5, -0.5)]) == [(-5, -0.5)]


@example("_x005F_x000a_")
@given(st.text(st.characters(codec=None), max_size=40))
def test_any_text_makes_a_file_that_can_be_read(text: str) -> None:
    ((read, last),) = values([(text, "end")])
    kept = "".join(c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or c >= "\ue000")
    kept = kept.replace("\ufffe", "").replace("\uffff", "")
    expected = kept.replace("\r\n", "\n").replace("\r", "\n")
    shown = re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), read or "")
    assert shown == expected  # as spreadsheet programs do it, and openpyxl does not
    assert last == "end"


def test_text_that_looks_escaped_stays_as_it_is() -> None:
    pieces = b"".join(xlsx_pieces([Sheet("T", ["A"], [["_x0041_"]])]))
    cell = load_workbook(BytesIO(pieces))["T"]["A2"]
    assert cell.value == "_x005F_x0041_"  # which spreadsheet programs show as _x0041_


def test_what_is_too_long_for_a_cell_is_cut() -> None:
    ((text, _none),) = values([("x" * 40_000, None)])
    assert len(text) == spreadsheets.LONGEST_TEXT


def test_more_rows_than_a_sheet_holds_go_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 4)
    book = workbook([(n, "x") for n in range(7)], title="Letters")
    assert book.sheetnames == ["Letters", "Letters (2)", "Letters (3)"]
    assert [list(sheet.values) for sheet in book] == [
        [("A", "B"), (0, "x"), (1, "x"), (2, "x")],
        [("A", "B"), (3, "x"), (4, "x"), (5, "x")],
        [("A", "B"), (6, "x")],
    ]
    assert workbook([]).sheetnames == ["T"]


@pytest.mark.parametrize("title", ["a/b:c*[d]?\\", "x" * 60, "'", "", "Отчёт “<&>"])
def test_any_title_is_made_fit(title: str) -> None:
    (name,) = workbook([], title=title).sheetnames
    assert 0 < len(name) <= 31


def test_memory_stays_flat() -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        table = ((n, f"reader{n}@example.org", "+47") for n in range(rows))
        for _piece in xlsx_pieces([Sheet("T", ["N", "E", "P"], table)]):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(40_000) < peak(4_000) + 100_000


def test_download_has_a_name_and_is_kept_by_nobody() -> None:
    response = table_download("csv", "Отчёт", ["A"], [[1]])
    assert response.getvalue() == b"\xef\xbb\xbfA\r\n1\r\n"
    assert "filename*=utf-8''%D0%9E" in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"
