"""What the mailing module does when others tell it something."""

from datetime import timedelta

from django.utils import timezone
from django_q.models import Schedule

from accounts.models import User
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
    rule = {
        "func": "mailing.tasks.tick",
        "schedule_type": Schedule.MINUTES,
        "minutes": 1,
        "repeats": -1,
    }
    for name, delay in TICKS.items():
        Schedule.objects.using(using).update_or_create(
            name=name, defaults=rule, create_defaults={**rule, "next_run": now + delay}
        )
