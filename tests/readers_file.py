"""A spreadsheet of five hundred readers, seven of them wrong."""

from pathlib import Path

from openpyxl import Workbook

#: Rows of the spreadsheet out of which no recipient can be made, and what is said about them.
WRONG = {
    20: ("nobody", "Nobody", "not an e-mail address"),
    77: ("", "Without address", "no e-mail address"),
    140: ("two@at@example.org", "Two", "not an e-mail address"),
    233: ("person2@example.org", "Double", "on line 2 already"),
    301: ("long@example.org", "x" * 151, "longer than 150"),
    402: ("space in@example.org", "Space", "not an e-mail address"),
    500: ("person@", "Half", "not an e-mail address"),
}
ROWS = range(2, 502)
GOOD = [line for line in ROWS if line not in WRONG]
#: Those who live in Riga, as every second row does.
IN_RIGA = [line for line in GOOD if line % 2]
#: Somebody in Riga whose name is not known, and somebody whose name is.
NAMELESS, NAMED = 51, 101


def write_spreadsheet(path: Path) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["E-mail", "Full name", "City"])
    for line in ROWS:
        name = "" if line == NAMELESS else f"Person {line}"
        address, name, _reason = WRONG.get(line, (f"person{line}@example.org", name, ""))
        sheet.append([address, name, "Riga" if line % 2 else "Turku"])
    book.save(path)
    return path
