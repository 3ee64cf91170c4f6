"""Pages are published by themselves when their time has come."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import Schedule

from accounts.tests.browsing import PassHours
from blog.tests.factories import BlogPageFactory
from home import tasks

pytestmark = pytest.mark.django_db


def test_migrate_schedules_it() -> None:
    schedule = Schedule.objects.get(name="home.publish_scheduled")

    assert (schedule.schedule_type, schedule.minutes, schedule.repeats) == (Schedule.MINUTES, 1, -1)
    assert schedule.func == "home.tasks.publish_scheduled"


def test_the_task_publishes_what_is_due(pass_hours: PassHours) -> None:
    article = BlogPageFactory.create(live=False)
    article.go_live_at = timezone.now() + timedelta(hours=1)
    article.save_revision().publish()
    pass_hours(2)

    tasks.publish_scheduled()

    article.refresh_from_db()
    assert article.live
