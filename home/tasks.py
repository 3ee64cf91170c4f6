"""What django-q2 runs for the public site."""

from django.core.management import call_command
from django_q.models import Schedule


def publish_scheduled() -> None:
    """Publish and unpublish the pages whose time has come."""
    call_command("publish_scheduled")


def schedule_publishing(using: str, **kwargs: object) -> None:
    """Make the schedule that publishes pages each minute, or put it right."""
    rule = {
        "func": "home.tasks.publish_scheduled",
        "schedule_type": Schedule.MINUTES,
        "minutes": 1,
        "repeats": -1,
    }
    Schedule.objects.using(using).update_or_create(name="home.publish_scheduled", defaults=rule)
