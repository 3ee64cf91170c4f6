"""Rules as one condition of a query."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from mailing.models.delivery import Delivery, State
from mailing.models.recipient import Recipient, RecipientList
from mailing.segments import expressions
from mailing.segments.rules import Condition, Rules

NEGATED = frozenset({"is_not", "not_contains", "is_not_set", "not_on", "not_got", "never_got"})
POSITIVE = {"is_not": "is", "not_contains": "contains"}
COLUMNS = {"email": "email", "name": "full_name", "consent": "consent_source"}


@dataclass(frozen=True)
class Reading:
    """Reads rules for one owner's recipients at one moment."""

    owner: User
    now: datetime

    def of(self, rules: Rules) -> Q:
        """Return the condition on Recipient that `rules` amount to."""
        parts = [
            self.of(part) if isinstance(part, Rules) else self.one(part) for part in rules.parts
        ]
        return reduce(and_ if rules.match == "all" else or_, parts)

    def one(self, condition: Condition) -> Q:
        positive = READERS[condition.kind](self, condition)
        holds = ~positive if condition.test in NEGATED else positive
        return self._own(condition) & holds if condition.kind in {"list", "mailing"} else holds

    def _own(self, condition: Condition) -> Q:
        """Return what is false for a list or mailing that is gone or somebody else's."""
        from mailing.models.mailing import Mailing

        named: Any = Mailing if condition.kind == "mailing" else RecipientList
        return Q(Exists(named.objects.owned_by(self.owner).filter(pk=condition.value).order_by()))

    def text(self, condition: Condition) -> Q:
        if condition.kind == "attribute":
            text: Any = expressions.attribute(condition.key)
        else:
            text = F(COLUMNS[condition.kind])
        if condition.test in {"is_set", "is_not_set"}:
            return ~Q(expressions.text_test(text, "is", ""))
        value = str(condition.value)
        value = value.lower() if condition.kind == "email" else value
        test = POSITIVE.get(condition.test, condition.test)
        return Q(expressions.text_test(text, test, value))

    def number(self, condition: Condition) -> Q:
        text = expressions.attribute(condition.key)
        return Q(expressions.number_test(text, condition.test, str(condition.value)))

    def attribute_date(self, condition: Condition) -> Q:
        text = expressions.attribute(condition.key)
        return Q(expressions.date_test(text, condition.test, str(condition.value)))

    def members(self, condition: Condition) -> Q:
        on_list = Recipient.lists.through.objects.filter(
            recipientlist_id=condition.number, recipient_id=OuterRef("pk")
        )
        return Q(Exists(on_list.order_by()))

    def state(self, condition: Condition) -> Q:
        return Q(state=condition.value)

    def day(self, condition: Condition) -> Q:
        """Compare with the beginning or the end of a day in the owner's time zone."""
        column = "created_at" if condition.kind == "added" else "updated_at"
        zone = ZoneInfo(self.owner.time_zone)
        day = datetime.fromisoformat(str(condition.value)).date()
        if condition.test == "before":
            return Q(**{f"{column}__lt": datetime.combine(day, time(), zone).astimezone(UTC)})
        following = datetime.combine(day + timedelta(days=1), time(), zone)
        return Q(**{f"{column}__gte": following.astimezone(UTC)})

    def days(self, condition: Condition) -> Q:
        column = "created_at" if condition.kind == "added_days" else "updated_at"
        sign = "gte" if condition.test == "within" else "lt"
        return Q(**{f"{column}__{sign}": self._ago(condition)})

    def letters(self, condition: Condition) -> Q:
        """Return whether a letter was sent, or failed, as far as the condition asks."""
        failed = condition.test in {"failed", "ever_failed"}
        letters = Delivery.objects.filter(
            recipient=OuterRef("pk"), state=State.FAILED if failed else State.SENT
        )
        if failed:  # a dry run sends none, but it can fail to compose one
            letters = letters.filter(attempt__dry_run=False)
        if condition.kind == "mailing":
            letters = letters.filter(attempt__mailing=condition.number)
        if condition.kind == "letters":
            letters = letters.filter(finished_at__gte=self._ago(condition))
        return Q(Exists(letters.order_by()))

    def _ago(self, condition: Condition) -> datetime:
        return self.now - timedelta(days=condition.number)


READERS: dict[str, Callable[[Reading, Condition], Q]] = {
    "attribute": Reading.text,
    "attribute_number": Reading.number,
    "attribute_date": Reading.attribute_date,
    "email": Reading.text,
    "name": Reading.text,
    "consent": Reading.text,
    "list": Reading.members,
    "state": Reading.state,
    "added": Reading.day,
    "changed": Reading.day,
    "added_days": Reading.days,
    "changed_days": Reading.days,
    "mailing": Reading.letters,
    "letters": Reading.letters,
    "ever": Reading.letters,
}
