"""What the columns of a file hold, guessed from their headings."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anyascii import anyascii
from django.core.exceptions import ValidationError

from mailing.addresses import validate_address
from mailing.attributes import MAX_KEY_LENGTH
from mailing.importing.spreadsheet import ERRORS

_EMAIL = (
    "email|e mail|mail|email address|e mail address|mail address|почта|эл почта"
    "|электронная почта|емейл|имейл|адрес электронной почты|адрес почты|адрес эл почты"
)
_PERHAPS_EMAIL = r"address|адрес|.*\b(?:email|e mail|почта|почты)\b.*"
_FULL_NAME = "full name|fullname|name|display name|фио|ф и о|полное имя|имя и фамилия|имя фамилия"
_PARTS = (
    "first name|firstname|given name|forename|имя",
    "middle name|отчество",
    "last name|lastname|surname|family name|фамилия",
)
_COMMENT = (
    "comment|comments|note|notes|комментарий|комментарии|заметка|заметки|примечание|примечания"
)
#: Columns of our own exports and reports that an import cannot set.
_IGNORED = (
    "recipient state|recipient lists|recipient since|consent source|consent at"
    "|import line|import reason"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of the columns, counted from 0; `names` are joined to the full name."""

    email: int
    names: tuple[int, ...]
    comment: int | None
    attributes: dict[int, str]
    width: int
    has_header: bool


def guess_columns(first: Sequence[str], second: Sequence[str]) -> Columns | None:
    """Return the columns of a file by its first two rows, or None without one for addresses."""
    headings = [_plain(heading) for heading in first]
    if (email := next((n for n, cell in enumerate(first) if _is_address(cell)), None)) is not None:
        return _without_header(email, len(first))
    if (email := _find(_EMAIL, headings)) is not None:
        return _by_headings(email, headings, first)
    if (email := _find(".*@.*", first)) is not None:  # a first row with a mistyped address
        return _without_header(email, len(first))
    email = _perhaps_address(first, headings, second)
    return None if email is None else _by_headings(email, headings, first)


def _perhaps_address(
    written: Sequence[str], headings: Sequence[str], second: Sequence[str]
) -> int | None:
    """Return the likeliest column: its heading sounds so, its first cell is an address, or both."""
    # a heading that holds delimiters is a row that was read with the wrong one
    whole = [not re.search("[,;\t]", heading) for heading in written]
    sounds = {
        place
        for place, heading in enumerate(headings)
        if whole[place] and re.fullmatch(_PERHAPS_EMAIL, heading)
    }
    holds = {place for place, cell in enumerate(second[: len(written)]) if _is_address(cell)}
    return min(sounds & holds or holds or sounds, default=None)


def _without_header(email: int, width: int) -> Columns:
    others = [place for place in range(width) if place != email]
    attributes = {place: f"column_{place + 1}" for place in others[1:]}
    return Columns(email, tuple(others[:1]), None, attributes, width, has_header=False)


def _by_headings(email: int, headings: Sequence[str], written: Sequence[str]) -> Columns:
    full_name = _find(_FULL_NAME, headings)
    parts = [_find(part, headings) for part in _PARTS] if full_name is None else [full_name]
    names = tuple(place for place in parts if place is not None)
    comment = _find(_COMMENT, headings)
    ignored = {place for place, text in enumerate(headings) if re.fullmatch(_IGNORED, text)}
    taken = {email, *names, comment, *ignored}
    others = [place for place in range(len(headings)) if place not in taken]
    keys = dict(zip(others, _keys((written[place], place) for place in others), strict=True))
    return Columns(email, names, comment, keys, len(headings), has_header=True)


def _keys(headings: Iterable[tuple[str, int]]) -> Iterable[str]:
    """Yield a different attribute key for each heading."""
    used: set[str] = set()
    for heading, place in headings:
        key = base = key_from(heading) or f"column_{place + 1}"
        number = 1
        while key in used:
            number += 1
            key = f"{base[: MAX_KEY_LENGTH - 4]}_{number}"
        used.add(key)
        yield key


def key_from(heading: str) -> str:
    """Return an attribute key made of a heading, empty when nothing in it will do."""
    if heading.strip() in ERRORS:
        return ""
    latin = anyascii(heading.strip().removeprefix("attributes.")).lower()
    return re.sub(r"[^a-z0-9]+", "_", latin).lstrip("_0123456789")[:MAX_KEY_LENGTH].rstrip("_")


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", heading).lower().split())


def _find(pattern: str, headings: Sequence[str]) -> int | None:
    return next((place for place, text in enumerate(headings) if re.fullmatch(pattern, text)), None)


def _is_address(cell: str) -> bool:
    if "@" not in cell:
        return False
    try:
        validate_address(cell)
    except ValidationError:
        return False
    return True
