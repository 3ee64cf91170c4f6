"""Fixtures of the mailing module's tests."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook


@pytest.fixture
def spreadsheet() -> Callable[..., bytes]:
    """Return a function that makes an .xlsx file of sheets: their names and rows."""

    def make(**sheets: list[list[Any]]) -> bytes:
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        file = BytesIO()
        book.save(file)
        return file.getvalue()

    return make
