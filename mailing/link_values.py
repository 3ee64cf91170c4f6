"""Values inside addresses and styles: which characters they may bring in, by the place."""

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple
from urllib.parse import quote

Encode = Callable[[str], str]

LINKS = frozenset({"href", "src", "background", "cite", "longdesc"})
STYLE = "style"

_OPENING_TAG = re.compile(r"""<[a-zA-Z](?:[^"'<>]|"[^"]*"|'[^']*')*+>""")
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

_WHOLE = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_UNFINISHED_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?/*[^/?#]*", re.IGNORECASE)
_REST_OF_SCHEME = re.compile(r"[^/?#:]*:")
_PLAIN_STYLE = re.compile(r"[\w\s#%.,+-]*")
_LINK_IN_TEXT = re.compile(r"https?://\S*\Z", re.IGNORECASE)


class Span(NamedTuple):
    """Where the value of an attribute stands."""

    attribute: str
    start: int
    end: int


def attribute_spans(html: str) -> list[Span]:
    """Return where addresses and styles stand in `html`, whose attributes must be in quotes."""
    return [
        Span(attribute[1].lower(), *attribute.span(2 if attribute[2] is not None else 3))
        for tag in _OPENING_TAG.finditer(html)
        for attribute in _ATTRIBUTE.finditer(html, *tag.span())
        if attribute[1].lower() in LINKS | {STYLE}
    ]


def link_in_text(before: str) -> str:
    """Return the beginning of a web address with which `before` ends, or an empty string."""
    match = _LINK_IN_TEXT.search(before)
    return match[0] if match else ""


def whole_address(value: str) -> str:
    """Return `value` when it is a web address of its own, else an empty string."""
    value = value.strip()
    return quote(value, safe=":/?#[]@!$&'()*+,;=%") if _WHOLE.match(value) else ""


def style_value(value: str) -> str:
    """Return `value` when it is a plain one, like a colour or a size, else an empty string."""
    return value if _PLAIN_STYLE.fullmatch(value) else ""


def part_of_address(before: str, after: str) -> Encode:
    """Return how to encode a value that stands between `before` and `after` in an address.

    It never becomes part of a scheme, and leaves neither the host nor the query it stands in.
    """
    if not before.strip():
        return whole_address
    if not re.search("[:/?#]", before) and _REST_OF_SCHEME.match(after):
        return lambda _value: ""
    if before.lstrip().lower().startswith(("mailto:", "tel:")):
        return partial(quote, safe="@+")
    return partial(quote, safe="" if _UNFINISHED_HOST.fullmatch(before.strip()) else "/")
