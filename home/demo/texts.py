"""The demo's texts, each a file with a few named lines, an empty line, and what it says."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.html import escape, format_html_join

HERE = Path(__file__).parent
Block = tuple[str, object]


@dataclass(frozen=True)
class Text:
    """A file of the demo: its name, the named lines at its top, and the rest."""

    slug: str
    named: dict[str, str]
    rest: str


def read_texts(folder: str) -> list[Text]:
    """Return the texts in a folder beside this file, in the order of their names."""
    return [_read(path) for path in sorted((HERE / folder).iterdir()) if path.is_file()]


def _read(path: Path) -> Text:
    head, rest = path.read_text(encoding="utf-8").split("\n\n", 1)
    named = dict(line.split(": ", 1) for line in head.splitlines())
    return Text(path.stem, named, rest.strip())


def body_blocks(text: str, form: int | None = None) -> list[Block]:
    """Return the blocks of a page; `form` is the key of the subscription form that may be on it.

    `## ` begins a heading, `> ` a quote, `- ` a list item, `| ` a row of a table, `@ ` the heading
    of the subscription form with its text in the next line, three backticks code with its caption;
    all else is text.
    """
    blocks: list[Block] = []
    for part in re.split(r"\n\n+", text):
        name, value = _form(part, form) if part.startswith("@ ") else _block(part)
        if name == "text" and blocks and blocks[-1][0] == "text":
            blocks[-1] = ("text", f"{blocks[-1][1]}{value}")
        else:
            blocks.append((name, value))
    return blocks


def _block(part: str) -> Block:
    beginning, _, rest = part.partition(" ")
    if beginning == "##":
        return "heading", rest
    if beginning == ">":
        return "quote", {"text": rest, "source": ""}
    if beginning == "|":
        return "table", _table(part.splitlines())
    if beginning == "```":
        caption, _, code = rest.partition("\n")
        return "code", {"code": code.removesuffix("\n```"), "caption": caption}
    return "text", _html(part)


def _form(part: str, key: int | None) -> Block:
    heading, _newline, text = part.removeprefix("@ ").partition("\n")
    return "subscription", {"heading": heading, "text": text, "list": key, "button": ""}


def _table(lines: list[str]) -> dict[str, object]:
    headings, *rows = ([cell.strip() for cell in line.strip("| ").split("|")] for line in lines)
    return {
        "columns": [{"type": "text", "heading": heading} for heading in headings],
        "rows": [{"values": cells} for cells in rows],
        "caption": "",
    }


def _html(part: str) -> str:
    if not part.startswith("- "):
        return f"<p>{escape(part)}</p>"
    items = ((line[2:],) for line in part.splitlines())
    return f"<ul>{format_html_join('', '<li>{}</li>', items)}</ul>"
