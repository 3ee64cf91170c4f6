"""Counts the letters of attempts anew for the reports."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from mailing.management.owners import find_owner
from mailing.models import Attempt
from mailing.reports import counting


class Command(BaseCommand):
    """Repairs figures that were changed by hand, or come from a copy of the database."""

    help = (
        "Counts the letters of all attempts anew for the reports. Figures of attempts whose "
        "deliveries were cleared away, and of deleted mailings, stay as they are. May be stopped "
        "and repeated at any time, while letters are sent, too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--owner", help="only this owner's: an e-mail address")

    def handle(self, *, owner: str | None, **options: Any) -> None:
        attempts: QuerySet[Attempt] = Attempt.objects.filter(dry_run=False)
        if owner is not None:
            attempts = attempts.filter(mailing__owner=find_owner(owner))
        number = attempts.count()
        counting.count_anew(attempts)
        counting.catch_up()
        left = counting.unsettled().filter(pk__in=attempts, finished_at__isnull=False).count()
        if left:
            raise CommandError(f"{left} of {number} attempts could not be counted.")
        self.stdout.write(f"{number} attempts counted.")
