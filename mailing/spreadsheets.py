"""XLSX files written piece by piece, so that a million rows take no more memory than ten.

ECMA-376 part 1, section 18; the names in the XML are those of the standard.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from math import isfinite
from typing import IO, NamedTuple, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils import timezone

from accounts.csv_files import FORMULA_STARTS

#: Rows that a sheet can hold; what is more goes to further sheets, each with the headings.
MOST_ROWS = 1_048_576
#: Characters that a cell can hold.
LONGEST_TEXT = 32_767
ROWS_AT_ONCE = 500
#: Day nought of spreadsheet programs, which believe that 1900 was a leap year.
DAY_NOUGHT = datetime(1899, 12, 30)

#: Indexes into `cellXfs` of STYLES.
PLAIN, HEADING, QUOTED, MOMENT, DAY = range(5)

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: What XML 1.0 (section 2.2) cannot hold, with or without escaping.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Text that would be read as an escaped character (ECMA-376 part 1, section 22.9.2.19).
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">\
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>\
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border/></borders>\
<cellStyleXfs count="1"><xf/></cellStyleXfs>\
<cellXfs count="5"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/>\
<xf xfId="0" quotePrefix="1"/><xf xfId="0" numFmtId="164" applyNumberFormat="1"/>\
<xf xfId="0" numFmtId="165" applyNumberFormat="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


class Outlet:
    """A file that keeps what is written to it until it is taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back; a file can be flushed."""

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


class Sheet(NamedTuple):
    """A table with its title."""

    title: str
    headings: Sequence[object]
    rows: Iterable[Sequence[object]]


def xlsx_pieces(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """Yield an XLSX file of `sheets`.

    Text is text whatever it begins with; numbers, dates and moments (in the current time zone)
    are what they are.
    """
    outlet = Outlet()
    titles: list[str] = []
    with ZipFile(cast(IO[bytes], outlet), "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for sheet in chain.from_iterable(map(_split, sheets)):
            titles.append(_title(sheet.title, titles))
            name = f"xl/worksheets/sheet{len(titles)}.xml"
            with archive.open(name, "w", force_zip64=True) as file:
                for piece in _sheet(sheet):
                    file.write(piece.encode())
                    yield outlet.take()
        for name, text in _parts(titles):
            archive.writestr(name, text)
    yield outlet.take()


def _split(sheet: Sheet) -> Iterator[Sheet]:
    """Yield the sheets that the rows of one fill."""
    rows = iter(sheet.rows)
    first: list[Sequence[object]] = list(islice(rows, 1))
    while True:
        yield sheet._replace(rows=chain(first, islice(rows, MOST_ROWS - 1 - len(first))))
        first = list(islice(rows, 1))
        if not first:
            return


def _title(wished: str, taken: Sequence[str]) -> str:
    """Return a title that a sheet may have: 31 characters, some not allowed, none twice."""
    plain = re.sub(r"[\\/*?:\[\]\x00-\x1f]", " ", wished).strip(" '")[:31] or "Sheet"
    title, number = plain, 1
    while title.casefold() in {other.casefold() for other in taken}:
        number += 1
        title = f"{plain[: 28 - len(str(number))]} ({number})"
    return title


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        "</sheetView></sheetViews><sheetFormatPr/>"
        f'<cols><col min="1" max="{len(sheet.headings)}" width="18" customWidth="1"/></cols>'
        f"<sheetData>{_row([Heading(str(heading)) for heading in sheet.headings])}"
    )
    rows = iter(sheet.rows)
    while some := "".join(map(_row, islice(rows, ROWS_AT_ONCE))):
        yield some
    yield "</sheetData></worksheet>"


class Heading(str):
    """Text in bold."""

    __slots__ = ()


def _row(values: Sequence[object]) -> str:
    return f"<row>{''.join(map(_cell, values))}</row>"


def _cell(value: object) -> str:
    """Return a cell; whatever is no number, date or truth value is its text."""
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | Decimal) or (isinstance(value, float) and isfinite(value)):
        return f"<c><v>{value}</v></c>"
    if isinstance(value, datetime):
        return f'<c s="{MOMENT}"><v>{_days(_wall_time(value)):.9f}</v></c>'
    if isinstance(value, date):
        return f'<c s="{DAY}"><v>{_days(datetime.combine(value, time())):.0f}</v></c>'
    text = str(value)
    style = QUOTED if text.startswith(FORMULA_STARTS) else PLAIN
    return _text(text, HEADING if isinstance(value, Heading) else style)


def _text(text: str, style: int) -> str:
    shown = escape(_ESCAPE_LIKE.sub("_x005F_", _UNWRITABLE.sub("", text)[:LONGEST_TEXT]))
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{shown}</t></is></c>'


def _wall_time(moment: datetime) -> datetime:
    return moment if timezone.is_naive(moment) else timezone.make_naive(moment)


def _days(moment: datetime) -> float:
    """Return the number that stands for a moment in spreadsheets: days since day nought."""
    return (moment - DAY_NOUGHT) / timedelta(days=1)


def _parts(titles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what a file needs beside its sheets."""
    numbers = range(1, len(titles) + 1)
    sheets = "".join(
        f'<sheet name="{escape(title, {chr(34): "&quot;"})}" sheetId="{n}" r:id="rId{n}"/>'
        for n, title in zip(numbers, titles, strict=True)
    )
    relations = "".join(_relation(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    kinds = "".join(_part(f"xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers)
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{_part('xl/workbook.xml', 'sheet.main')}{_part('xl/styles.xml', 'styles')}"
        f"{kinds}</Types>",
    )
    yield "_rels/.rels", _relations(_relation(1, "officeDocument", "xl/workbook.xml"))
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{sheets}</sheets></workbook>",
    )
    styles = _relation(len(titles) + 1, "styles", "styles.xml")
    yield "xl/_rels/workbook.xml.rels", _relations(relations + styles)
    yield "xl/styles.xml", STYLES


def _part(name: str, kind: str) -> str:
    return f'<Override PartName="/{name}" ContentType="{_KIND}.{kind}+xml"/>'


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _relations(each: str) -> str:
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'
