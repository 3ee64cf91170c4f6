from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from home.groups import ensure_groups


class Command(BaseCommand):
    help = (
        "Create the groups Managers and Content managers with their permissions, or repair them. "
        "`migrate` does this too; permissions that were added by hand stay."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        added = ensure_groups()
        for what in added:
            self.stdout.write(f"Added {what}")
        if not added:
            self.stdout.write("The groups are complete.")
