"""Fields that are replaced in a message: `{{ full_name|there }}`.

A field is `{{ name }}` or `{{ name|fallback }}`; white space inside the braces is free, the
fallback is the literal text up to `}}` and stands in when the value is empty or missing. Fields are
replaced, never run: a value is never looked at again, and only the known names mean anything.

In HTML, names and fallbacks may be written with entities (`{{&nbsp;email }}`, as editors do).
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from operator import attrgetter
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mailing.link_values import (
    STYLE,
    Span,
    attribute_spans,
    link_in_text,
    part_of_address,
    style_value,
)

FIELD = re.compile(r"\{\{(?!\{)((?:(?!\{\{|\}\}).)*)\}\}", re.DOTALL)

_OWN_ADDRESSES = frozenset({"unsubscribe_url", "view_url"})
_FIXED = ("full_name", "email", *sorted(_OWN_ADDRESSES))
_NAME = re.compile(r"(?:" + "|".join(_FIXED) + r"|attributes\.[\w-]+)")
_TAG = re.compile(r"<[^<>]*>")
_BRACE_ENTITY = re.compile(r"&(?:#0*123|#[xX]0*7[bB]|lcub|lbrace);")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

Escape = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Fields:
    """What the fields stand for in one letter."""

    email: str
    full_name: str = ""
    attributes: dict[str, object] = field(default_factory=dict)
    unsubscribe_url: str = ""
    view_url: str = ""


Getter = Callable[[Fields], str]


@dataclass(frozen=True, slots=True)
class Template:
    """A text cut at its fields, ready to be rendered for many recipients."""

    head: str
    tail: tuple[tuple[Getter, str], ...]

    def render(self, fields: Fields) -> str:
        parts = [self.head]
        for get, literal in self.tail:
            parts += get(fields), literal
        return "".join(parts)


class Placed(NamedTuple):
    """A known field at its place in a text."""

    start: int
    end: int
    name: str
    fallback: str


def compile_text(text: str) -> Template:
    """Compile plain text; only in a web address are values encoded, so that it stays one."""

    def escape_at(placed: Placed) -> Escape:
        before = link_in_text(_without_fields(text[: placed.start]))
        return part_of_address(before, "") if before else str

    return _compile(text, find_fields(text), escape_at)


def compile_line(text: str) -> Template:
    """Compile a header line, which no value can end."""
    text = _one_line(text)
    return _compile(text, find_fields(text), lambda _placed: _one_line)


def compile_html(text: str) -> Template:
    """Compile sanitised HTML: values and fallbacks are escaped, also in quoted attributes.

    In an address they are percent-encoded as well. A value that an address begins with must be a
    whole web address and is left out otherwise, so that no value decides on a link's scheme. In a
    style only plain values, like a colour or a size, are let in.
    """
    spans = attribute_spans(text)

    def escape_at(placed: Placed) -> Escape:
        span = next((span for span in spans if span.start <= placed.start < span.end), None)
        return _escape_in(text, placed, span) if span else escape

    fields = (
        placed._replace(fallback=unescape(placed.fallback).strip()) for placed in find_fields(text)
    )
    return _compile(text, fields, escape_at)


def find_fields(text: str) -> Iterator[Placed]:
    """Yield the known fields of `text` in their order."""
    for match in FIELD.finditer(text):
        name, fallback = _parse(match[1])
        if _NAME.fullmatch(name):
            yield Placed(match.start(), match.end(), name, fallback)


def fields_in(text: str) -> set[str]:
    """Return the names of the known fields in `text`, like `email` or `attributes.city`."""
    return {placed.name for placed in find_fields(text)}


def validate_fields(text: str) -> None:
    """Raise ValidationError when `text` has a field that does not exist or is not closed."""
    text = _BRACE_ENTITY.sub("{", text)
    written = {
        match[0]: _TAG.sub("", _parse(match[1])[0]).strip() for match in FIELD.finditer(text)
    }
    unknown = [field for field, name in written.items() if not _NAME.fullmatch(name)]
    if unknown:
        raise ValidationError(
            _("%(unknown)s: there is no such field. The fields are %(known)s."),
            code="unknown_field",
            params={"unknown": ", ".join(unknown), "known": _known_fields()},
        )
    if "{{" in FIELD.sub(" ", text):
        raise ValidationError(
            _("A field that begins with {{ does not end. Close it with }}."), code="open_field"
        )


def validate_single_line(text: str) -> None:
    """Raise ValidationError when `text` has a line break, which would end a mail header."""
    if any(ord(c) < 32 or c in "\x7f\x85\u2028\u2029" for c in text):
        raise ValidationError(_("Write this on one line, without control characters."))


def _known_fields() -> str:
    names = (*_FIXED, "attributes.…")
    return ", ".join(f"{{{{ {name} }}}}" for name in names)


def _parse(inside: str) -> tuple[str, str]:
    """Return the name and the fallback written between the braces of a field."""
    name, _bar, fallback = inside.partition("|")
    return unescape(name).strip(), fallback.strip()


def _compile(
    text: str, fields: Iterator[Placed], escape_at: Callable[[Placed], Escape]
) -> Template:
    literals, getters, end = [], [], 0
    for placed in fields:
        literals.append(text[end : placed.start])
        getters.append(_getter(placed, escape_at(placed)))
        end = placed.end
    head, *rest = [*literals, text[end:]]
    return Template(head, tuple(zip(getters, rest, strict=True)))


def _getter(placed: Placed, escape: Escape) -> Getter:
    read, fallback = _reader(placed.name), escape(placed.fallback)

    def get(fields: Fields) -> str:
        value = read(fields)
        return (escape(value) if value and not value.isspace() else "") or fallback

    return get


def _reader(name: str) -> Getter:
    if name in _FIXED:
        return attrgetter(name)
    key = name.removeprefix("attributes.")
    return lambda fields: _as_text(_attributes_of(fields).get(key))


def _attributes_of(fields: Fields) -> dict[str, object]:
    """Return the attributes; a column of JSON may hold anything. Raises TypeError."""
    if not isinstance(fields.attributes, dict):
        raise TypeError(f"These are no attributes with names: {fields.attributes!r:.100}")
    return fields.attributes


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _one_line(text: str) -> str:
    return text if text.isprintable() else _CONTROL.sub(" ", text)


def _without_fields(text: str) -> str:
    return FIELD.sub("x", text)


def _escape_in(html: str, placed: Placed, span: Span) -> Escape:
    if span.attribute == STYLE:
        return style_value
    before = _without_fields(unescape(html[span.start : placed.start]))
    if placed.name in _OWN_ADDRESSES and not before.strip():
        return escape
    encode = part_of_address(before, _without_fields(unescape(html[placed.end : span.end])))
    return lambda value: escape(encode(value))
