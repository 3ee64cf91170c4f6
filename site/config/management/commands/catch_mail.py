"""Catches letters instead of sending them on."""

import asyncio

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.mail_catcher.server import HOST, serve
from config.mail_catcher.store import Store


class Command(BaseCommand):
    """Runs the mail catcher."""

    help = (
        "Runs an SMTP server on this machine that keeps every letter instead of sending it on. "
        "With DEBUG the letters can be read at /mail/ of the site. Ends on Ctrl-C."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=1025, help="port to listen on (1025)")

    def handle(self, *, port: int, **options: object) -> None:
        try:
            asyncio.run(serve(port, Store(settings.CAUGHT_MAIL_DIR)))
        except OSError as error:
            raise CommandError(f"Cannot listen on {HOST}:{port}: {error.strerror}.") from error
