"""Going through the deliveries of an attempt, a slice at a time."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, CharField, Count, Func, Value, When
from django.db.models.functions import Concat, Left, StrIndex

from mailing.models import Delivery, Reached
from mailing.models.delivery import OPEN_STATES, State

#: Deliveries that are gone through at once: some hundredths of a second.
SLICE = 10_000
QUARTER = timedelta(minutes=15)
FIRST_QUARTER = datetime(1970, 1, 1, tzinfo=UTC)
#: Only these are worth telling apart by what the mail server said.
ANSWERED = (State.FAILED, State.UNCERTAIN)
#: A status code of RFC 3463 section 2.
_STATUS_CODE = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")

#: The letters of a quarter that ended in one way, by that way: see `key`.
Found = dict[str, int]


@dataclass(frozen=True, slots=True)
class Way:
    """How letters ended, and in which quarter of an hour."""

    quarter: datetime
    state: str
    reason: str = ""
    smtp_code: int = 0
    status_code: str = ""

    def as_text(self) -> str:
        """Return it as the key of a JSON object."""
        number = (self.quarter - FIRST_QUARTER) // QUARTER
        parts = (number, self.state, self.reason, self.smtp_code, self.status_code)
        return "|".join(map(str, parts))

    @classmethod
    def of_text(cls, text: str) -> "Way":
        number, state, reason, smtp_code, status_code = text.split("|")
        quarter = FIRST_QUARTER + int(number) * QUARTER
        return cls(quarter, state, reason, int(smtp_code), status_code)


class QuarterNumber(Func):
    """The number of the quarter of an hour in which a moment lies."""

    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / 900)::bigint"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) / 900"
        return self.as_sql(compiler, connection, template=template, **context)


#: The first word of an answer that may be a status code; others would make a group of each letter.
FIRST_WORD = Left(
    Left("smtp_reply", StrIndex(Concat("smtp_reply", Value(" ")), Value(" ")) - 1),
    12,
    output_field=CharField(),
)
STATUS_CODE = Case(
    When(state__in=ANSWERED, smtp_reply__startswith="4.", then=FIRST_WORD),
    When(state__in=ANSWERED, smtp_reply__startswith="5.", then=FIRST_WORD),
    default=Value(""),
    output_field=CharField(),
)
SMTP_CODE = Case(When(state__in=ANSWERED, then="smtp_code"), default=None)


@dataclass(frozen=True, slots=True)
class Slice:
    """What a slice of an attempt's deliveries holds.

    `last` is the last delivery in it, or None when nothing comes after it.
    """

    last: int | None
    size: int
    found: Found


def read_slice(attempt_id: int, after: int) -> Slice:
    """Count the next deliveries of an attempt, those with keys greater than `after`."""
    ahead = Delivery.objects.filter(attempt=attempt_id, pk__gt=after)
    last = ahead.order_by("pk").values_list("pk", flat=True)[SLICE - 1 : SLICE].first()
    if last is not None:
        ahead = ahead.filter(pk__lte=last)
    size, found = 0, Counter[str]()
    groups = ahead.order_by().values_list(
        QuarterNumber("finished_at"), "state", "reason", SMTP_CODE, STATUS_CODE
    )
    for number, state, reason, smtp_code, status_code, letters in groups.annotate(Count("pk")):
        size += letters
        if state not in OPEN_STATES and number is not None:
            known = status_code if _STATUS_CODE.fullmatch(status_code) else ""
            found[f"{number}|{state}|{reason}|{smtp_code or 0}|{known}"] += letters
    return Slice(last, size, dict(found))


def together(some: Mapping[str, int], others: Mapping[str, int]) -> Found:
    return dict(Counter(some) + Counter(others))


def enter_reached(attempt_id: int, after: int, until: int | None) -> int:
    """Remember who was reached by a slice; return how many had never been before."""
    rows = Delivery.objects.filter(
        attempt=attempt_id, pk__gt=after, state=State.SENT, recipient__isnull=False
    )
    if until is not None:
        rows = rows.filter(pk__lte=until)
    # in one order, so that two that enter the same recipients wait for each other only one way
    select, parameters = rows.order_by("recipient").values("recipient").query.sql_with_params()
    table = connection.ops.quote_name(Reached._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (recipient_id) {select} ON CONFLICT DO NOTHING", parameters
        )
        return int(cursor.rowcount)
