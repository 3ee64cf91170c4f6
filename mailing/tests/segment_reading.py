"""What the rules of segments mean, read in plain Python without a database."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from accounts.models import User
from mailing.models import Recipient

Part = dict[str, Any]


def rule(kind: str, test: str, value: Any = None, key: str = "") -> Part:
    filled = {"kind": kind, "test": test, "key": key, "value": value}
    return {name: part for name, part in filled.items() if part not in ("", None)}


def all_of(*parts: Part) -> Part:
    return {"match": "all", "conditions": list(parts)}


def any_of(*parts: Part) -> Part:
    return {"match": "any", "conditions": list(parts)}


class Reader(NamedTuple):
    """A recipient with the lists, and the mailings and times of letters sent and failed."""

    recipient: Recipient
    lists: set[int]
    sent: list[tuple[int, datetime]]
    failed: list[tuple[int, datetime]]

    def attribute(self, part: Part) -> str:
        return str(self.recipient.attributes.get(part["key"], ""))


def holds(reader: Reader, part: Part, owner: User, now: datetime) -> bool:
    """Whether a condition, or all or any of a group, is true of `reader`."""
    if "conditions" in part:
        results = [holds(reader, inner, owner, now) for inner in part["conditions"]]
        return all(results) if part["match"] == "all" else any(results)
    kind, test, value = part["kind"], part["test"], part.get("value")
    recipient = reader.recipient
    moments = {"added": recipient.created_at, "changed": recipient.updated_at}
    read: dict[str, Callable[[], bool]] = {
        "attribute": lambda: _text(reader.attribute(part), test, value),
        "email": lambda: _text(recipient.email, test, value and value.lower()),
        "name": lambda: _text(recipient.full_name, test, value),
        "consent": lambda: _text(recipient.consent_source, test, value),
        "attribute_number": lambda: _number(reader.attribute(part), test, value),
        "attribute_date": lambda: _day(reader.attribute(part), test, value),
        "list": lambda: (value in reader.lists) is (test == "on"),
        "state": lambda: (recipient.state == str(value)) is (test == "is"),
    }
    if kind in read:
        return read[kind]()
    if kind in moments:
        local = moments[kind].astimezone(ZoneInfo(owner.time_zone)).date()
        day = date.fromisoformat(str(value))
        return bool(local < day) if test == "before" else bool(local > day)
    if kind.endswith("_days"):
        moment = moments[kind.removesuffix("_days")]
        return (moment >= now - timedelta(days=int(value or 0))) is (test == "within")
    return _letters(reader, kind, test, value, now)


def _text(text: str, test: str, value: Any) -> bool:
    results: dict[str, Callable[[], bool]] = {
        "is": lambda: text == value,
        "is_not": lambda: text != value,
        "contains": lambda: value in text,
        "not_contains": lambda: value not in text,
        "starts_with": lambda: text.startswith(value),
        "ends_with": lambda: text.endswith(value),
        "is_set": lambda: text != "",
        "is_not_set": lambda: text == "",
    }
    return results[test]()


def _number(text: str, test: str, value: Any) -> bool:
    if not re.fullmatch(r"-?[0-9]{1,12}([.,][0-9]{1,3})?", text):
        return False
    number = float(text.replace(",", "."))
    return number > float(value) if test == "greater" else number < float(value)


def _day(text: str, test: str, value: Any) -> bool:
    if re.match(r"\d{4}-\d{2}-\d{2}", text):
        day = text[:10]
    elif re.match(r"\d{2}\.\d{2}\.\d{4}", text):
        day = f"{text[6:10]}-{text[3:5]}-{text[:2]}"
    else:
        return False
    return bool(day > value if test == "after" else day < value)


def _letters(reader: Reader, kind: str, test: str, value: Any, now: datetime) -> bool:
    letters = reader.failed if "failed" in test else reader.sent
    if kind == "mailing":
        letters = [letter for letter in letters if letter[0] == value]
    if kind == "letters":
        letters = [letter for letter in letters if letter[1] >= now - timedelta(days=value)]
    return bool(letters) != (test in {"not_got", "never_got"})
