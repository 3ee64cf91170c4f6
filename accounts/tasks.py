"""What django-q2 runs for accounts. Lost, doubled or late, it changes nothing."""

from django_q.models import Schedule

from accounts import letters
from accounts.models import Letter


def send_letters() -> None:
    """Send the letters that are due, and have another task go on when there are more."""
    if letters.send_due(Letter.objects.all(), Letter.as_email):
        letters.wake_sender("accounts.tasks.send_letters")


def schedule_letters(using: str, **kwargs: object) -> None:
    """Make the schedule that looks for letters each minute, or put it right."""
    rule = {
        "func": "accounts.tasks.send_letters",
        "schedule_type": Schedule.MINUTES,
        "minutes": 1,
        "repeats": -1,
    }
    Schedule.objects.using(using).update_or_create(name="accounts.send_letters", defaults=rule)
