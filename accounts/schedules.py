"""What django-q2 is to run each minute."""

from datetime import datetime

from django_q.models import Schedule


def each_minute(name: str, func: str, using: str, first_at: datetime | None = None) -> None:
    """Make the schedule `name` of the task at the dotted path `func`, or put it right.

    `using` is the database that was migrated. A new schedule runs at `first_at` for the first
    time, else at once.
    """
    rule = {"func": func, "schedule_type": Schedule.MINUTES, "minutes": 1, "repeats": -1}
    new = rule if first_at is None else {**rule, "next_run": first_at}
    rows = Schedule.objects.using(using)
    rows.update_or_create(name=name, defaults=rule, create_defaults=new)
