"""Fills an empty installation with something to look at."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from home.demo.people import logins
from home.demo.seed import seed


class Command(BaseCommand):
    """Makes the demo and prints its logins."""

    help = (
        "Makes the demo: users of every role, recipients, segments, messages, mailings in every "
        "status, articles and a home page. What is there already stays as it is, so that running "
        "it again does no harm. Prints the logins. The users have a known password: without DEBUG "
        "it wants --force."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--force",
            action="store_true",
            help="make the users with the known password although DEBUG is off",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or options["force"]):
            raise CommandError(
                "The demo makes users whose password everybody knows, an administrator among "
                "them. DEBUG is off, so this may be a real installation: use --force if not."
            )
        made = [_counted(number, what) for what, number in seed().items() if number]
        self.stdout.write(f"Made {', '.join(made)}." if made else "The demo is complete already.")
        self.stdout.write("")
        for login in [("ROLE", "E-MAIL", "PASSWORD"), *logins()]:
            self.stdout.write("{:<18} {:<22} {}".format(*login))


def _counted(number: int, things: str) -> str:
    return f"{number} {things if number > 1 else things.removesuffix('s')}"
