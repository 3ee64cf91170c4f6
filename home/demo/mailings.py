"""The demo's mailings, in every status."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from home.demo.attempts import LAPSED_DAYS_AGO, make_attempt
from home.demo.courses import (
    FORBIDDEN,
    HELD_BACK,
    LAPSING,
    REFUSED,
    ROUGH,
    SMOOTH,
    TRIAL,
    UNDER_WAY,
    Course,
)
from home.demo.people import ALICE, BOB, MANAGER, VERA
from home.demo.recipients import CUSTOMERS, READERS, RIDERS, RUSSIAN_READERS, DemoList
from mailing.models import Attempt, Mailing, Message, RecipientList
from mailing.models.mailing import Status
from mailing.recurrence import Period

Trigger = Attempt.Trigger


@dataclass(frozen=True)
class Plan:
    """A mailing: its first sending `days` from today at a time of the owner's day.

    Without a time it began a few minutes ago. `courses` say how its attempts went, the last one
    standing for all later ones.
    """

    owner: str
    name: str
    message: str
    lists: tuple[DemoList, ...]
    status: Status
    days: int
    at: time | None = None
    period: Period = Period.ONCE
    courses: tuple[Course, ...] = ()
    ends_after: timedelta | None = None
    disabled_reason: str = ""


BOTH = (READERS, CUSTOMERS)
EVENING = "Evening with an author"
ARRIVALS = "New arrivals"
RIDE = "Tomorrow's ride"
AUTUMN = "Осенняя подборка"

PLANS = (
    Plan(
        ALICE,
        "Spring evening",
        EVENING,
        BOTH,
        Status.FINISHED,
        -LAPSED_DAYS_AGO,
        time(11),
        courses=(LAPSING,),
    ),
    Plan(
        ALICE,
        "Friday letter",
        ARRIVALS,
        (READERS,),
        Status.SCHEDULED,
        -34,
        time(10),
        Period.WEEKLY,
        (SMOOTH, SMOOTH, ROUGH, SMOOTH),
    ),
    Plan(
        ALICE,
        "Books of the month",
        ARRIVALS,
        BOTH,
        Status.SCHEDULED,
        -75,
        time(9, 30),
        Period.MONTHLY,
        (SMOOTH, ROUGH, SMOOTH),
    ),
    Plan(ALICE, "Autumn evening", EVENING, (CUSTOMERS,), Status.SCHEDULED, 6, time(10)),
    Plan(ALICE, "Welcome letter", "Welcome to our readers", (READERS,), Status.DRAFT, 14, time(10)),
    Plan(ALICE, "Last chairs", EVENING, (READERS,), Status.RUNNING, 0, courses=(UNDER_WAY,)),
    Plan(
        ALICE,
        "Late arrivals",
        ARRIVALS,
        (CUSTOMERS,),
        Status.PAUSED,
        -1,
        time(16),
        courses=(HELD_BACK,),
        ends_after=timedelta(days=60),
    ),
    Plan(
        BOB,
        "Ride of the day",
        RIDE,
        (RIDERS,),
        Status.SCHEDULED,
        -4,
        time(18, 30),
        Period.DAILY,
        (SMOOTH, REFUSED, SMOOTH),
    ),
    Plan(
        BOB,
        "Season opening",
        RIDE,
        (RIDERS,),
        Status.FINISHED,
        -LAPSED_DAYS_AGO,
        time(18),
        courses=(TRIAL, LAPSING),
    ),
    Plan(
        BOB,
        "Tyres for sale",
        RIDE,
        (RIDERS,),
        Status.DISABLED,
        -6,
        time(12),
        courses=(FORBIDDEN,),
        disabled_reason="Members asked for ride letters, not for offers. Please ask them first.",
    ),
    Plan(VERA, "Осенние вечера", AUTUMN, (RUSSIAN_READERS,), Status.SCHEDULED, 10, time(12)),
    Plan(
        VERA,
        "Письмо читателям",
        AUTUMN,
        (RUSSIAN_READERS,),
        Status.FINISHED,
        -LAPSED_DAYS_AGO,
        time(12),
        courses=(LAPSING,),
    ),
)


def make_mailings(now: datetime) -> int:
    """Make the mailings that are missing, with their attempts; return how many."""
    missing = [
        plan
        for plan in PLANS
        if not Mailing.objects.filter(owner__email=plan.owner, name=plan.name).exists()
    ]
    for plan in missing:
        _make(plan, now)
    return len(missing)


def _make(plan: Plan, now: datetime) -> None:
    owner = User.objects.get(email=plan.owner)
    starts_at = _start(plan, owner, now)
    mailing = Mailing.objects.create(
        owner=owner,
        name=plan.name,
        message=Message.objects.get(owner=owner, name=plan.message),
        starts_at=starts_at,
        ends_at=now + plan.ends_after if plan.ends_after else None,
        period=plan.period,
        time_zone=owner.time_zone,
        status=plan.status,
        sender_name=owner.full_name,
        reply_to=owner.email,
        disabled_reason=plan.disabled_reason,
        disabled_by=User.objects.get(email=MANAGER) if plan.disabled_reason else None,
    )
    names = [demo_list.name for demo_list in plan.lists]
    mailing.lists.set(RecipientList.objects.owned_by(owner).filter(name__in=names))
    last = _make_attempts(plan, mailing, now)
    Mailing.objects.filter(pk=mailing.pk).update(
        next_run_at=mailing.next_occurrence(now) if plan.status == Status.SCHEDULED else None,
        last_run_at=last and last.started_at,
        created_at=min(starts_at, now) - timedelta(days=2),
    )


def _start(plan: Plan, owner: User, now: datetime) -> datetime:
    """Return when the first letters go or went out; monthly ones on a 31st, the hardest day."""
    if plan.at is None:
        return now - timedelta(minutes=4)
    zone = ZoneInfo(owner.time_zone)
    day = now.astimezone(zone).date() + timedelta(days=plan.days)
    while plan.period == Period.MONTHLY and day.day != 31:
        day -= timedelta(days=1)
    return datetime.combine(day, plan.at, zone)


def _make_attempts(plan: Plan, mailing: Mailing, now: datetime) -> Attempt | None:
    """Make the attempts that lie behind, and return the last."""
    trials = [course for course in plan.courses if course.dry_run]
    for course in trials:
        make_attempt(mailing, mailing.starts_at - timedelta(hours=1), course, Trigger.MANUAL, now)
    courses = [course for course in plan.courses if not course.dry_run]
    last = None
    for number, occurrence in enumerate(_occurrences(mailing, now) if courses else []):
        course = courses[min(number, len(courses) - 1)]
        last = make_attempt(mailing, occurrence, course, Trigger.SCHEDULE, now)
    return last


def _occurrences(mailing: Mailing, now: datetime) -> list[datetime]:
    """Return the occurrences of `mailing` up to `now`."""
    moments = []
    moment: datetime | None = mailing.starts_at
    while moment and moment <= now:
        moments.append(moment)
        moment = mailing.next_occurrence(moment)
    return moments
