"""Spreadsheets: what their cells show comes in; archives made to do harm do not."""

import errno
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from io import BytesIO, FileIO
from pathlib import Path

import pytest
from django.conf import LazySettings

from mailing.importing.limits import UnreadableFile
from mailing.importing.receiving import receive
from mailing.importing.spreadsheet import cell_text

Spreadsheet = Callable[..., bytes]


def text_of(data: bytes, sheet: str = "") -> str:
    target = BytesIO()
    receive(BytesIO(data), target, sheet)
    return target.getvalue().decode()


def rezipped(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a spreadsheet with one of its files changed."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(result, "w", 8) as new:
        for entry in old.namelist():
            content = old.read(entry)
            new.writestr(entry, change(content) if entry == name else content)
    return result.getvalue()


SHEET, SHARED = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("Ann", "Ann"),
        (79161234567.0, "79161234567"),
        (79161234567, "79161234567"),
        (0.1 + 0.2, "0.3"),
        (1e300, "1e+300"),
        (True, "true"),
        (False, "false"),
        (date(2026, 5, 1), "2026-05-01"),
        (datetime(2026, 5, 1), "2026-05-01"),
        (datetime(2026, 5, 1, 9, 30), "2026-05-01 09:30"),
        (datetime(2026, 5, 1, 9, 30, 5), "2026-05-01 09:30:05"),
        (time(9, 30), "09:30"),
        (timedelta(hours=30), "1 day, 6:00:00"),
        ("#N/A", "#N/A"),
        ("two\nlines", "two\u2028lines"),
    ],
)
def test_cells_read_as_people_see_them(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_each_row_of_a_sheet_is_a_line(spreadsheet: Spreadsheet) -> None:
    data = spreadsheet(
        One=[["email", "note"], ["ann@example.org", 'a "b",\nc'], [], ["ben@example.org"]]
    )
    assert text_of(data) == 'email,note\nann@example.org,"a ""b"",\u2028c"\n\nben@example.org\n'


def test_a_formula_is_its_last_value_and_never_a_formula(spreadsheet: Spreadsheet) -> None:
    data = spreadsheet(One=[["email", "n"], ["ann@example.org", "=1+1"]])
    assert text_of(data) == "email,n\nann@example.org\n"
    computed = rezipped(
        data, SHEET, lambda xml: xml.replace(b"<v />", b"<v>2</v>").replace(b"<v></v>", b"<v>2</v>")
    )
    assert text_of(computed) == "email,n\nann@example.org,2\n"


def test_the_sheet_is_chosen_by_name(spreadsheet: Spreadsheet) -> None:
    data = spreadsheet(One=[["a"]], Two=[["b"]])
    assert (text_of(data), text_of(data, "Two"), text_of(data, "None")) == ("a\n", "b\n", "a\n")


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        ("IMPORT_MAX_ROWS", "The file has more than 3 rows."),
        ("IMPORT_MAX_COLUMNS", "The file has more than 3 columns."),
    ],
)
def test_rows_and_columns_are_limited(
    spreadsheet: Spreadsheet, settings: LazySettings, limit: str, sentence: str
) -> None:
    setattr(settings, limit, 3)
    data = spreadsheet(One=[["a", "b", "c", "d"]] if "COLUMNS" in limit else [["a"]] * 5)
    with pytest.raises(UnreadableFile, match=sentence):
        text_of(data)


def test_rows_and_columns_far_away_cost_nothing(
    spreadsheet: Spreadsheet, settings: LazySettings
) -> None:
    settings.IMPORT_MAX_ROWS = 1000
    data = spreadsheet(One=[["email"], ["ann@example.org"]])
    far = rezipped(data, SHEET, lambda xml: xml.replace(b'r="2"', b'r="999999999"'))
    with pytest.raises(UnreadableFile, match="more than 1000 rows"):
        text_of(far)
    wide = rezipped(data, SHEET, lambda xml: xml.replace(b'r="A2"', b'r="XFD2"'))
    assert text_of(wide).startswith("email\n")


def test_a_bomb_is_known_by_its_directory(spreadsheet: Spreadsheet, settings: LazySettings) -> None:
    settings.IMPORT_MAX_UNPACKED_MEGABYTES = 1
    data = spreadsheet(One=[["a"]])
    bomb = rezipped(
        data, SHEET, lambda xml: xml.replace(b"</sheetData>", b" " * 2_000_000 + b"</sheetData>")
    )
    assert len(bomb) < 20_000
    with pytest.raises(UnreadableFile, match="larger than 1 MB"):
        text_of(bomb)


def test_a_bomb_with_a_lying_directory_is_known_while_it_is_unpacked(
    spreadsheet: Spreadsheet, settings: LazySettings
) -> None:
    settings.IMPORT_MAX_UNPACKED_MEGABYTES = 1
    rows = b'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>' * 40_000
    data = rezipped(
        spreadsheet(One=[["a"]]),
        SHEET,
        lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"),
    )
    size = zipfile.ZipFile(BytesIO(data)).getinfo(SHEET).file_size
    lying = data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != data
    with pytest.raises(UnreadableFile):
        text_of(lying)


@pytest.mark.parametrize(
    "evil",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
def test_entities_are_refused_in_every_part(
    spreadsheet: Spreadsheet, evil: bytes, part: str
) -> None:
    data = spreadsheet(One=[["email"], ["ann@example.org"]])
    with pytest.raises(UnreadableFile):
        text_of(rezipped(data, part, lambda xml: evil + xml))


def test_other_archives_and_documents_are_refused() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(UnreadableFile, match="This spreadsheet cannot be read"):
        text_of(file.getvalue())


@pytest.mark.parametrize("offset", [b"\xff\xff\0\0", b"\xff\xff\xff\x7f"])
def test_a_directory_that_leads_out_of_the_file_is_refused(
    spreadsheet: Spreadsheet, tmp_path: Path, offset: bytes
) -> None:
    data = spreadsheet(One=[["email"], ["ann@example.org"]])
    path = tmp_path / "people.xlsx"
    path.write_bytes(data[:-6] + offset + data[-2:])
    with path.open("rb") as file, pytest.raises(UnreadableFile, match="cannot be read"):
        receive(file, BytesIO())


class FullDisk(FileIO):
    """A file for which there is no more room."""

    def write(self, _data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_no_fault_of_the_spreadsheet(
    spreadsheet: Spreadsheet, tmp_path: Path
) -> None:
    data = spreadsheet(One=[["email"], ["ann@example.org"]])
    with FullDisk(tmp_path / "text", "wb+") as target, pytest.raises(OSError, match="No space"):
        receive(BytesIO(data), target)


def test_texts_that_many_cells_share_come_in(spreadsheet: Spreadsheet) -> None:
    rich = "<si><r><t>An</t></r><r><t>na</t></r><rPh sb='0' eb='1'><t>x</t></rPh></si>"
    strings = "<si><t>email</t></si><si><t>name</t></si><si><t>ä@example.org</t></si>" + rich
    data = sharing(spreadsheet(One=[["email"]]), strings)
    assert text_of(data) == "email,name\nä@example.org,Anna\n"
    evil = rezipped(data, SHARED, lambda xml: b"<!DOCTYPE x []>" + xml)
    with pytest.raises(UnreadableFile, match="holds what none does"):
        text_of(evil)


def sharing(data: bytes, strings: str) -> bytes:
    """Return a spreadsheet of two rows whose four texts lie apart, as most programs write them."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/{SHARED}" ContentType="{kind}"/></Types>'.encode()
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>{2 * row - 2}</v></c>'
        f'<c r="B{row}" t="s"><v>{2 * row - 1}</v></c></row>'
        for row in (1, 2)
    )
    types = "[Content_Types].xml"
    data = rezipped(data, types, lambda xml: xml.replace(b"</Types>", part))
    data = rezipped(
        data,
        SHEET,
        lambda xml: re.sub(
            b"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>".encode(), xml
        ),
    )
    file = BytesIO(data)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(SHARED, f"<sst xmlns='{MAIN}'>{strings}</sst>")
    return file.getvalue()
