"""Writes recipients to a CSV file."""

from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mailing.exporting import csv_lines
from mailing.management.owners import find_list, find_owner
from mailing.models import Recipient
from mailing.models.recipient import RecipientQuerySet


class Command(BaseCommand):
    """Writes to a file, or to the standard output."""

    help = (
        "Exports recipients as CSV in UTF-8, with their state, lists and attributes. Cells that a "
        "spreadsheet program would take for a formula begin with an apostrophe."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="where to write; else the standard output")
        parser.add_argument("--owner", required=True, help="whose recipients: an e-mail address")
        parser.add_argument("--list", help="only those on this list")

    def handle(self, *, file: str | None, owner: str, list: str | None, **options: object) -> None:
        lines = csv_lines(_recipients(owner, list))
        if file is None:
            self.stdout.writelines(lines)
            return
        try:
            count = _write(Path(file), lines)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{count} recipients written to {file}.")


def _recipients(owner: str, list_name: str | None) -> RecipientQuerySet:
    user = find_owner(owner)
    recipients = Recipient.objects.owned_by(user)
    if list_name is None:
        return recipients
    chosen = find_list(user, list_name)
    if chosen is None:
        raise CommandError(f"{owner} has no list with the name {list_name}.")
    return recipients.filter(lists=chosen)


def _write(path: Path, lines: Iterable[str]) -> int:
    """Write the lines and return how many recipients they hold."""
    # the mark at the beginning tells spreadsheet programs that this is UTF-8
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        return sum(1 for line in lines if file.write(line)) - 1
