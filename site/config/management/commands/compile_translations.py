"""Compiles the translations."""

from django.conf import settings
from django.core.management.base import BaseCommand

from config.translations import compile_catalogues


class Command(BaseCommand):
    """Writes a .mo beside every .po that changed."""

    help = "Compiles the translations that changed (unlike compilemessages it needs no gettext)."
    requires_system_checks = []

    def handle(self, **options: object) -> None:
        for directory in settings.LOCALE_PATHS:
            for path in compile_catalogues(directory):
                self.stdout.write(str(path))
