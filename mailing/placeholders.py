"""Words that stand for fields while HTML goes through a parser, so that none touches them."""

import re
from html import escape, unescape
from secrets import token_hex
from urllib.parse import unquote

from mailing.personalisation import FIELD, fields_in

_TAG = re.compile(r"<[^<>]*>")
_ENTITY = re.compile(r"&(?:#0*12[35]|#[xX]0*7[bBdD]|[lr]cub|[lr]brace);")
_PERCENT_ENCODED = re.compile(r"%7B%7B(?:(?!%7[BD])[^\s\"'<>])*%7D%7D", re.IGNORECASE)


class Placeholders:
    """Puts words of letters and digits in the place of known fields, and the fields back."""

    def __init__(self) -> None:
        self._fields: list[str] = []
        self._mark = f"f{token_hex(6)}"
        self._word = re.compile(rf"{self._mark}x(\d+)x")

    def hide(self, html: str) -> str:
        """Return `html` with a word for each field, also for those that an editor has encoded."""
        html = _PERCENT_ENCODED.sub(_decoded, _ENTITY.sub(lambda m: unescape(m[0]), html))
        return FIELD.sub(self._hide, html)

    def show(self, html: str) -> str:
        """Return `html` with the fields, spelled so that they fit text and attributes."""
        return self._word.sub(lambda match: _as_html(self._fields[int(match[1])]), html)

    def show_in_text(self, text: str) -> str:
        """Return plain text with the fields."""
        return self._word.sub(lambda match: self._fields[int(match[1])], text)

    def starts(self, value: str) -> bool:
        """Tell whether `value` begins with a field."""
        return value.startswith(self._mark)

    def _hide(self, match: re.Match[str]) -> str:
        # editors put formatting inside the braces, and spaces that do not break
        field = unescape(_TAG.sub("", match[0])).replace("\xa0", " ")
        if not fields_in(field):
            return match[0]
        self._fields.append(field)
        return f"{self._mark}x{len(self._fields) - 1}x"


def _decoded(match: re.Match[str]) -> str:
    field = unquote(match[0])
    return field if fields_in(field) else match[0]


def _as_html(field: str) -> str:
    inside = escape(field[2:-2]).replace("{", "&#123;").replace("}", "&#125;")
    return f"{{{{{inside}}}}}"
