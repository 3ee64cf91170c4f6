"""Deletes the records of single letters that are old enough."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from mailing.models import Attempt, Delivery
from mailing.reports import counting

BATCH = 5000


class Command(BaseCommand):
    """Keeps attempts and their counts; what goes is who got which letter and when."""

    help = (
        "Deletes the deliveries of attempts that finished more than the given number of days ago. "
        "The attempts, their counts and the figures of reports stay. Unsubscribe links in those "
        "letters still work; their view in the browser does not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, required=True, help="how many days to keep")

    def handle(self, *, days: int, **options: object) -> None:
        if days < 1:
            raise CommandError("--days must be a positive number of days.")
        self.stdout.write(f"{_clear(days)} deliveries deleted.")


def _clear(days: int) -> int:
    try:
        limit = timezone.now() - timedelta(days=days)
    except OverflowError:  # longer ago than the calendar goes
        return 0
    counting.catch_up()  # what is deleted cannot be counted any more
    counted = Q(figures_settled=True) | Q(dry_run=True)
    attempts = Attempt.objects.exclude(status=Attempt.Status.RUNNING).filter(counted)
    old = attempts.filter(finished_at__lt=limit).order_by().values("pk")
    deleted = 0
    while batch := list(
        Delivery.objects.filter(attempt__in=old).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        deleted += Delivery.objects.filter(pk__in=batch).delete()[0]
    return deleted
