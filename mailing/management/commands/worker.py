"""Runs the background work."""

import sys

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_q.conf import Conf

from mailing.watchdog import Watchdog

SECONDS_TO_END = 20.0


class Command(BaseCommand):
    """Runs django-q2's cluster, replaces it when it stops, and sees to it that all of it ends."""

    help = (
        "Runs the processes that send mailings, until SIGTERM or Ctrl-C, and starts others when "
        "they do not get on any more. Letters in hand are finished first; nothing is left "
        "running, even when this process is killed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workers", type=int, help="how many processes (setting WORKERS)")
        parser.add_argument(
            "--grace",
            type=float,
            default=SECONDS_TO_END,
            help=f"seconds in which work in hand may end ({SECONDS_TO_END:.0f})",
        )

    def handle(self, *, workers: int | None, grace: float, **options: object) -> None:
        if workers is not None:
            if workers < 1:
                raise CommandError("--workers must be 1 or more.")
            Conf.WORKERS, Conf.QUEUE_LIMIT = workers, 2 * workers
        sys.exit(Watchdog(grace).run())
