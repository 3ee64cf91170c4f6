"""What django-q2 runs for the public site."""

from django.core.management import call_command

from accounts.schedules import each_minute


def publish_scheduled() -> None:
    """Publish and unpublish the pages whose time has come."""
    call_command("publish_scheduled")


def schedule_publishing(using: str, **kwargs: object) -> None:
    """Make the schedule that publishes pages each minute, or put it right."""
    each_minute("home.publish_scheduled", "home.tasks.publish_scheduled", using)
