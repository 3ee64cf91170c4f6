"""The rules of a segment: read from JSON, checked, and written back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mailing.attributes import KEY, MAX_KEY_LENGTH, MAX_VALUE_LENGTH
from mailing.segments.kinds import KINDS, Kind, Value

MAX_CONDITIONS = 20
MAX_DAYS = 36_500
MATCHES = ("all", "any")
#: Numbers that both databases and Python read alike: 15 digits at most.
NUMBER = re.compile(r"-?[0-9]{1,12}([.,][0-9]{1,3})?")
#: The states that a recipient may be in, as Recipient.State has them.
STATES = frozenset({"active", "unsubscribed", "bounced", "complained"})


@dataclass(frozen=True)
class Condition:
    """One question about a recipient; `key` names an attribute."""

    kind: str
    test: str
    value: str | int | None = None
    key: str = ""

    @property
    def of(self) -> Kind:
        return KINDS[self.kind]

    @property
    def number(self) -> int:
        """The value as a number of days, or as the key of a list or mailing."""
        return int(self.value or 0)

    @classmethod
    def read(cls, data: Any) -> Self:
        """Return a condition. Raises ValidationError for what is none."""
        if not isinstance(data, dict) or data.keys() - {"kind", "test", "value", "key"}:
            raise ValidationError(_("This is no condition."))
        kind = KINDS.get(data["kind"]) if isinstance(data.get("kind"), str) else None
        if kind is None or data.get("test") not in kind.tests:
            raise ValidationError(_("There is no such condition."))
        key = _checked_key(data.get("key", "")) if kind.has_key else ""
        value = _checked_value(kind.value_for(data["test"]), data.get("value"))
        return cls(data["kind"], data["test"], value, key)

    def as_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"kind": self.kind, "test": self.test}
        if self.key:
            data["key"] = self.key
        return data if self.value is None else data | {"value": self.value}


@dataclass(frozen=True)
class Rules:
    """Conditions of which all or any must hold; at the top, groups of such may be among them."""

    match: str
    parts: "tuple[Condition | Rules, ...]"

    @classmethod
    def read(cls, data: Any) -> Self:
        """Return rules. Raises ValidationError that says what is wrong."""
        rules = cls._read(data, may_group=True)
        if len(list(rules.conditions())) > MAX_CONDITIONS:
            raise ValidationError(_("Keep to %(limit)s conditions.") % {"limit": MAX_CONDITIONS})
        return rules

    @classmethod
    def _read(cls, data: Any, *, may_group: bool) -> Self:
        if not isinstance(data, dict) or data.keys() != {"match", "conditions"}:
            raise ValidationError(_("These are no rules."))
        match, parts = data["match"], data["conditions"]
        if match not in MATCHES or not isinstance(parts, list):
            raise ValidationError(_("These are no rules."))
        if not parts:
            raise ValidationError(_("Add at least one condition."))
        return cls(
            match,
            tuple(
                cls._read(part, may_group=False)
                if may_group and isinstance(part, dict) and "conditions" in part
                else Condition.read(part)
                for part in parts[: MAX_CONDITIONS + 1]
            ),
        )

    def conditions(self) -> Iterator[Condition]:
        """Yield all conditions, those in groups too."""
        for part in self.parts:
            if isinstance(part, Rules):
                yield from part.conditions()
            else:
                yield part

    def keys(self, value: Value) -> set[int]:
        """Return the keys of the lists or mailings that conditions name."""
        return {
            int(condition.value)
            for condition in self.conditions()
            if condition.of.value == value and condition.value is not None
        }

    def as_json(self) -> dict[str, Any]:
        return {"match": self.match, "conditions": [part.as_json() for part in self.parts]}


def _checked_key(key: Any) -> str:
    if not isinstance(key, str) or not KEY.fullmatch(key) or len(key) > MAX_KEY_LENGTH:
        raise ValidationError(_("Write the name of an attribute, like “city”."))
    return key


def _checked_value(sort: Value, value: Any) -> str | int | None:
    """Return the value in its one spelling. Raises ValidationError that says what to write."""
    if sort == Value.NOTHING:
        return None
    if sort in {Value.LIST, Value.MAILING, Value.DAYS}:
        return _checked_integer(sort, value)
    text = value.strip() if isinstance(value, str) else ""
    if sort == Value.TEXT and (not text or "\0" in text or len(text) > MAX_VALUE_LENGTH):
        limit = {"limit": MAX_VALUE_LENGTH}
        raise ValidationError(_("Write what to compare with, up to %(limit)s characters.") % limit)
    if sort == Value.NUMBER and not NUMBER.fullmatch(text):
        raise ValidationError(_("Write a number, like 18 or 9.5."))
    if sort == Value.DATE and not _is_date(text):
        raise ValidationError(_("Write a date, like 2030-05-31."))
    if sort == Value.STATE and text not in STATES:
        raise ValidationError(_("Choose a state."))
    return text.replace(",", ".") if sort == Value.NUMBER else text


def _checked_integer(sort: Value, value: Any) -> int:
    most = MAX_DAYS if sort == Value.DAYS else 2**63 - 1
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        texts = {
            Value.LIST: _("Choose a list."),
            Value.MAILING: _("Choose a mailing."),
            Value.DAYS: _("Write a number of days from 1 to %(limit)s.") % {"limit": MAX_DAYS},
        }
        raise ValidationError(texts[sort])
    return value


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text and date.max.year > int(text[:4]) > 1
    except ValueError:
        return False
