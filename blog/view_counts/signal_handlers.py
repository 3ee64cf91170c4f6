"""What is set up for views when the site is."""

from django_q.models import Schedule


def schedule_writing(using: str, **kwargs: object) -> None:
    """Make the schedule of the task that writes views down, or put it right."""
    Schedule.objects.using(using).update_or_create(
        name="blog.views",
        defaults={
            "func": "blog.tasks.write_views_down",
            "schedule_type": Schedule.MINUTES,
            "minutes": 1,
            "repeats": -1,
        },
    )
