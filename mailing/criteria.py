"""Which of an owner's recipients are meant: by search and filters, or by their keys."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from accounts.models import User
from mailing.models import Recipient, RecipientList, Segment
from mailing.models.recipient import RecipientQuerySet
from mailing.segments.expressions import attribute, text_test


@dataclass(frozen=True)
class Criteria:
    """What recipients have in common; what is empty leaves everybody in.

    `keys` are single recipients; `list` and `segment` are keys of what the owner has; dates are
    days on the owner's clock, both included.
    """

    search: str = ""
    list: int | None = None
    segment: int | None = None
    state: str = ""
    key: str = ""
    value: str = ""
    added_from: str = ""
    added_to: str = ""
    keys: tuple[int, ...] | None = None

    @classmethod
    def read(cls, data: dict[str, Any]) -> Self:
        keys = data.get("keys")
        return cls(**{**data, "keys": None if keys is None else tuple(keys)})

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}

    def recipients(self, owner: User) -> RecipientQuerySet:
        """Return those of `owner` that fit."""
        found: RecipientQuerySet = Recipient.objects.owned_by(owner)
        if self.keys is not None:
            found = found.filter(pk__in=self.keys)
        if self.search:
            found = found.search(self.search)
        if self.state:
            found = found.filter(state=self.state)
        return self._grouped(self._dated(self._with_attribute(found), owner), owner)

    def _grouped(self, found: RecipientQuerySet, owner: User) -> RecipientQuerySet:
        """Keep who is on the list and fulfils the segment; nobody when they are gone."""
        if self.list:
            mine = RecipientList.objects.owned_by(owner).filter(pk=self.list)
            found = found.filter(lists=self.list) if mine.exists() else found.none()
        if self.segment:
            segment = Segment.objects.owned_by(owner).filter(pk=self.segment).first()
            found = found.filter(segment.condition()) if segment else found.none()
        return found

    def _with_attribute(self, found: RecipientQuerySet) -> RecipientQuerySet:
        if not self.key:
            return found
        text = attribute(self.key)
        if self.value:
            return found.filter(text_test(text, "is", self.value))
        return found.exclude(text_test(text, "is", ""))

    def _dated(self, found: RecipientQuerySet, owner: User) -> RecipientQuerySet:
        zone = ZoneInfo(owner.time_zone)
        if self.added_from:
            found = found.filter(created_at__gte=_midnight(self.added_from, 0, zone))
        if self.added_to:
            found = found.filter(created_at__lt=_midnight(self.added_to, 1, zone))
        return found


def _midnight(day: str, later: int, zone: ZoneInfo) -> datetime:
    beginning = date.fromisoformat(day) + timedelta(days=later)
    return datetime.combine(beginning, time(), zone).astimezone(UTC)
