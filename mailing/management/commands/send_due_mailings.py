"""Starts what is due."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from mailing.models import Mailing
from mailing.sending import schedule


class Command(BaseCommand):
    """Does what the workers' tick does, for those who would rather use cron."""

    help = (
        "Starts every mailing whose time has come and sees to whatever else is due. "
        "The workers do this by themselves every half minute."
    )

    def handle(self, **options: object) -> None:
        due = Mailing.objects.due(timezone.now()).count()
        schedule.tick()
        self.stdout.write(f"{due} mailings were due.")
