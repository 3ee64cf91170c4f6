"""Keeping the figures of reports true to the deliveries.

An attempt whose counts changed is counted anew, slice by slice, beside the sending and without a
lock on anything that sends. What was found replaces the attempt's figures in one transaction, so
neither a crash nor two who count at once can lose or double a letter. It is settled once it is
finished and nothing has changed since the count began.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from mailing.models import Attempt, Figure, Mailing, OwnerFigures, Tally
from mailing.models.delivery import State
from mailing.reports.slices import (
    FIRST_QUARTER,
    QUARTER,
    Found,
    Slice,
    Way,
    enter_reached,
    read_slice,
    together,
)

logger = logging.getLogger("mailing.reports")

#: How long an attempt that is being sent waits for its next count: a minute, and for a million
#: letters, which take some seconds to count, eight minutes more.
PAUSE = timedelta(minutes=1)
PAUSE_FOR_EACH = timedelta(microseconds=500)
LISTED_AT_ONCE = 500
#: Beside the ways that letters ended, `found` holds the number of deliveries gone through.
SIZE = "size"


def catch_up(seconds: float = float("inf")) -> bool:
    """Count what is due for up to `seconds`; return whether more is to be done at once."""
    until = monotonic() + seconds
    for key in _due(timezone.now()):
        try:
            while not step(key):
                if monotonic() > until:
                    return True
        except Exception:
            logger.exception("The letters of attempt %s could not be counted", key)
        if monotonic() > until:
            return True
    return False


def settle(mailing: Mailing) -> None:
    """Count what of `mailing` is not counted yet, before it is deleted."""
    left = list(unsettled().filter(mailing=mailing).values_list("pk", flat=True))
    for key in left:
        while not step(key):
            pass
    # what is deleted was collected before there were these
    Tally.objects.filter(attempt__in=left).delete()


def count_anew(attempts: QuerySet[Attempt]) -> None:
    """Have the letters of `attempts` counted again."""
    Tally.objects.filter(attempt__in=attempts).update(version="", position=None, found={})
    attempts.update(figures_settled=False)


def unsettled() -> QuerySet[Attempt]:
    """Return attempts of which the figures may not hold all."""
    return Attempt.objects.filter(figures_settled=False, dry_run=False).order_by("pk")


def _due(now: datetime) -> Iterator[int]:
    """Yield the attempts that are to be counted now."""
    last = 0
    rows = unsettled().only("total", "finished_at", *Attempt().counts)
    rows = rows.annotate(
        counted_version=F("tally__version"),
        position=F("tally__position"),
        begun_at=F("tally__begun_at"),
    )
    while some := list(rows.filter(pk__gt=last)[:LISTED_AT_ONCE]):
        yield from (attempt.pk for attempt in some if _is_due(attempt, now))
        last = some[-1].pk


def _is_due(attempt: Any, now: datetime) -> bool:
    if attempt.begun_at is None or attempt.position is not None:
        return True
    pause = PAUSE + attempt.total * PAUSE_FOR_EACH
    has_waited = attempt.finished_at is not None or attempt.begun_at + pause <= now
    return bool(attempt.counted_version != version_of(attempt) and has_waited)


def version_of(attempt: Attempt) -> str:
    """Return what is different whenever a delivery of the attempt has changed its result.

    Counts are passed on to the attempt after the deliveries changed: who reads the counts first
    and the deliveries then has seen all that the counts hold.
    """
    counts = ".".join(map(str, attempt.counts.values()))
    return f"{counts}.{attempt.finished_at.isoformat() if attempt.finished_at else ''}"


def step(attempt_id: int) -> bool:
    """Go one slice on with the count of an attempt; return whether the count is complete."""
    attempt = Attempt.objects.without_bodies().select_related("mailing").get(pk=attempt_id)
    tally, _made = Tally.objects.get_or_create(attempt=attempt)
    if tally.position is None:
        return _begin(tally, attempt)
    part = read_slice(attempt_id, tally.position)
    found = together(tally.found, {**part.found, SIZE: part.size})
    with transaction.atomic():
        if not _advance(tally, part, found):
            return False  # somebody else was quicker
        owner_id = attempt.mailing.owner_id
        new = enter_reached(attempt_id, tally.position, part.last) if attempt.finished_at else 0
        if new:
            _note(owner_id, new)
        if part.last is None:
            _complete(attempt, tally.version, found)
    return part.last is None


def _begin(tally: Tally, attempt: Attempt) -> bool:
    Tally.objects.filter(pk=tally.pk, position=None).update(
        version=version_of(attempt), position=0, found={}, begun_at=timezone.now()
    )
    return False


def _advance(tally: Tally, part: Slice, found: Found) -> bool:
    """Write down how far the count is, unless another one has gone on in the meantime."""
    now_at = Tally.objects.filter(
        pk=tally.pk, position=tally.position, begun_at=tally.begun_at, version=tally.version
    )
    is_over = part.last is None
    return bool(now_at.update(position=part.last, found={} if is_over else found))


def _complete(attempt: Attempt, version: str, found: Found) -> None:
    """Replace the attempt's figures by what was found, in the transaction that ends the count."""
    size = found.pop(SIZE, 0)
    stored = attempt.figures.values_list(
        "quarter", "state", "reason", "smtp_code", "status_code", "letters"
    )
    before = {
        Way(quarter, state, reason, smtp_code, status_code).as_text(): letters
        for quarter, state, reason, smtp_code, status_code, letters in stored
    }
    if size < attempt.total:  # old deliveries were cleared away: what was counted before stays
        found = before or _known_by_counts(attempt)
    if found != before:
        attempt.figures.all().delete()
        Figure.objects.bulk_create(_figures(attempt, found))
        _note(attempt.mailing.owner_id)
    locked = Attempt.objects.select_for_update().without_bodies().get(pk=attempt.pk)
    if locked.finished_at and version_of(locked) == version:
        Attempt.objects.filter(pk=attempt.pk).update(figures_settled=True)


def _figures(attempt: Attempt, found: Found) -> Iterator[Figure]:
    for text, letters in found.items():
        way = Way.of_text(text)
        yield Figure(
            owner_id=attempt.mailing.owner_id,
            mailing_id=attempt.mailing_id,
            attempt=attempt,
            quarter=way.quarter,
            state=way.state,
            reason=way.reason,
            smtp_code=way.smtp_code,
            status_code=way.status_code,
            letters=letters,
        )


def _known_by_counts(attempt: Attempt) -> Found:
    """Return what the attempt's own counts say, as if all had happened when it began."""
    quarter = FIRST_QUARTER + (attempt.started_at - FIRST_QUARTER) // QUARTER * QUARTER
    states = (State.SENT, State.FAILED, State.SKIPPED, State.UNCERTAIN)
    counted = {state: getattr(attempt, state.value) for state in states}
    return {Way(quarter, state).as_text(): n for state, n in counted.items() if n}


def _note(owner_id: int, newly_reached: int = 0) -> None:
    """Note that figures of an owner changed now, or surely later than noted before."""
    now = timezone.now()
    row, _made = OwnerFigures.objects.get_or_create(owner_id=owner_id)
    OwnerFigures.objects.filter(pk=row.pk).update(
        reached=F("reached") + newly_reached,
        changed_at=Greatest(F("changed_at") + timedelta(microseconds=1), Value(now)),
    )
