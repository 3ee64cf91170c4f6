"""What django-q2 runs for accounts. Lost, doubled or late, it changes nothing."""

from accounts import letters
from accounts.models import Letter
from accounts.schedules import each_minute


def send_letters() -> None:
    """Send the letters that are due, and have another task go on when there are more."""
    if letters.send_due(Letter.objects.all(), Letter.as_email):
        letters.wake_sender("accounts.tasks.send_letters")


def schedule_letters(using: str, **kwargs: object) -> None:
    """Make the schedule that looks for letters each minute, or put it right."""
    each_minute("accounts.send_letters", "accounts.tasks.send_letters", using)
