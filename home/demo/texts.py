"""The demo's texts, each a file with a few named lines, an empty line, and what it says."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.html import escape, format_html_join

HERE = Path(__file__).parent


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


def body_blocks(text: str) -> list[tuple[str, object]]:
    """Return the blocks of an article: `## ` begins a heading, `> ` a quote, `- ` a list item."""
    blocks: list[tuple[str, object]] = []
    for part in re.split(r"\n\n+", text):
        if part.startswith("## "):
            blocks.append(("heading", part[3:]))
        elif part.startswith("> "):
            blocks.append(("quote", {"text": part[2:], "source": ""}))
        elif blocks and blocks[-1][0] == "text":
            blocks[-1] = ("text", f"{blocks[-1][1]}{_html(part)}")
        else:
            blocks.append(("text", _html(part)))
    return blocks


def _html(part: str) -> str:
    if not part.startswith("- "):
        return f"<p>{escape(part)}</p>"
    items = ((line[2:],) for line in part.splitlines())
    return f"<ul>{format_html_join('', '<li>{}</li>', items)}</ul>"
