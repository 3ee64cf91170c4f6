"""What the mailing module does when others tell it something."""

from datetime import timedelta
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.schedules import each_minute
from mailing.models import Mailing
from mailing.reports import counting
from mailing.sending import control

#: django-q2 looks at its schedules every 30 seconds. Two schedules, half a minute apart, make sure
#: that hardly more than that passes between a mailing's start and the tick that opens it.
TICKS = {"mailing.tick": timedelta(0), "mailing.tick.2": timedelta(seconds=30)}


def stop_mailings(user: User, **kwargs: object) -> None:
    """Stop what a blocked user has running."""
    control.stop_everything_of(user)


def schedule_tick(using: str, **kwargs: object) -> None:
    """Make the schedules of the tick, or put them right."""
    now = timezone.now()
    for name, delay in TICKS.items():
        each_minute(name, "mailing.tasks.tick", using, first_at=now + delay)


def schedule_counting(using: str, **kwargs: object) -> None:
    """Make the schedule that brings the figures of reports up to date, or put it right."""
    each_minute("mailing.count_letters", "mailing.tasks.count_letters", using)


def settle_figures(instance: Mailing, origin: Model | QuerySet[Any], **kwargs: object) -> None:
    """Count the letters of a mailing before they are deleted with it, but not with its owner."""
    if isinstance(origin, Mailing) or getattr(origin, "model", None) is Mailing:
        counting.settle(instance)
