"""Putting reports together from figures, in a few queries."""

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce, TruncDate

from accounts.models import User
from mailing.models import Figure, Mailing, OwnerFigures
from mailing.models.delivery import State
from mailing.models.figure import FigureQuerySet
from mailing.models.mailing import Status
from mailing.reports.period import Period
from mailing.reports.report import Altogether, Answer, Letters, OfDay, OfMailing, OfOwner, Report
from mailing.reports.sizes import size_of, size_of_everybody

#: How many of each kind a report names.
LARGEST = 10
RANKED = 5
MOST_ANSWERS = 30
#: Seconds for which a report is kept; one whose figures have changed is made anew at once.
KEPT_FOR = 5 * 60

TRIED = F("sent") + F("failed") + F("uncertain")


def report_for(user: User, owner: User | None, period: Period) -> Report:
    """Return the report on `owner`, or on everybody, that is kept for `user`, or a new one.

    It holds no text that would have to be translated.
    """
    key = ":".join(
        map(
            str,
            [
                "mailing.report",
                user.pk,
                owner.pk if owner else "all",
                *(period.first, period.last, period.zone),
                changed_at(owner),
            ],
        )
    ).replace(" ", "_")
    kept: Report | None = cache.get(key)
    if kept is None:
        kept = build(owner, period)
        cache.set(key, kept, KEPT_FOR)
    return kept


def changed_at(owner: User | None) -> datetime | None:
    """Return when the figures of `owner`, or of anybody, changed last."""
    rows = OwnerFigures.objects.all() if owner is None else OwnerFigures.objects.filter(owner=owner)
    return rows.order_by("-changed_at").values_list("changed_at", flat=True).first()


def build(owner: User | None, period: Period) -> Report:
    """Put a report together."""
    figures = Figure.objects.of(owner).between(period.begin, period.end)
    days = _days(figures, period)
    average = (sum(days, Letters()).success or 0) / 100
    best = _ranked(figures).filter(success__gte=average).order_by("-success", "-sent", "mailing")
    worst = _ranked(figures).filter(success__lt=average).order_by("success", "-sent", "mailing")
    return Report(
        period=period,
        days=days,
        mailings=_of_mailings(by_mailing(figures)[:LARGEST]),
        best=_of_mailings(best[:RANKED]),
        worst=_of_mailings(worst[:RANKED]),
        answers=answers(figures)[:MOST_ANSWERS],
        owners=_by_owner(figures) if owner is None else [],
        altogether=altogether(owner),
    )


def _sums(figures: QuerySet[Any]) -> QuerySet[Any]:
    """Add up each state in a column of its name."""
    sums: QuerySet[Any] = figures.annotate(
        **{
            state.value: Coalesce(Sum("letters", filter=Q(state=state)), 0)
            for state in (State.SENT, State.FAILED, State.UNCERTAIN, State.SKIPPED)
        }
    )
    return sums


def _days(figures: FigureQuerySet, period: Period) -> list[OfDay]:
    """Return the letters of every day, of those too on which nothing was sent."""
    days = figures.annotate(day=TruncDate("quarter", tzinfo=period.zone)).values("day").order_by()
    rows = {row["day"]: row for row in _sums(days)}
    return [
        OfDay.of_row(rows[day], day=day) if day in rows else OfDay(day=day) for day in period.days
    ]


def by_mailing(figures: FigureQuerySet) -> QuerySet[Any]:
    """Return a row for each mailing, the largest first, and one for all deleted ones together."""
    rows = figures.values("mailing", "mailing__name", "mailing__owner__email")
    sums: QuerySet[Any] = _sums(rows).annotate(tried=TRIED)
    return sums.order_by("-tried", "-skipped", "mailing")


def _ranked(figures: FigureQuerySet) -> QuerySet[Any]:
    """Return a row for each mailing of which a letter was tried, with the share that was sent."""
    rows = by_mailing(figures.filter(mailing__isnull=False))
    share = Cast("sent", FloatField()) / Cast("tried", FloatField())
    ranked: QuerySet[Any] = rows.filter(tried__gt=0).annotate(success=share)
    return ranked


def _of_mailings(rows: QuerySet[Any]) -> list[OfMailing]:
    return [of_mailing(row) for row in rows]


def of_mailing(row: dict[str, Any]) -> OfMailing:
    """Return what a row of `by_mailing` says."""
    return OfMailing.of_row(
        row,
        pk=row["mailing"],
        name=row["mailing__name"] or "",
        owner=row["mailing__owner__email"] or "",
    )


def _by_owner(figures: FigureQuerySet) -> list[OfOwner]:
    rows = _sums(figures.values("owner__email")).annotate(total=Sum("letters"))
    largest = rows.order_by("-total", "owner__email")[:LARGEST]
    return [OfOwner.of_row(row, owner=row["owner__email"]) for row in largest]


def answers(figures: FigureQuerySet) -> list[Answer]:
    """Return how letters ended that were not sent, the most frequent first."""
    columns = ("state", "reason", "smtp_code", "status_code")
    rows = figures.exclude(state=State.SENT).values(*columns).annotate(number=Sum("letters"))
    ordered = rows.order_by("-number", *columns)
    return [Answer(*row) for row in ordered.values_list(*columns, "number")]


def altogether(owner: User | None) -> Altogether:
    """Count what `owner` has, or everybody."""
    mailings = Mailing.objects.all() if owner is None else Mailing.objects.owned_by(owner)
    size = size_of_everybody() if owner is None else size_of(owner)
    return Altogether(
        mailings=mailings.count(),
        active=mailings.filter(status__in=[Status.SCHEDULED, Status.RUNNING]).count(),
        recipients=size.recipients,
        reached=size.reached,
    )
