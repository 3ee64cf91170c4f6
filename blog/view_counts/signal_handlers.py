"""What is set up for views when the site is."""

from accounts.schedules import each_minute


def schedule_writing(using: str, **kwargs: object) -> None:
    """Make the schedule of the task that writes views down, or put it right."""
    each_minute("blog.views", "blog.tasks.write_views_down", using)
