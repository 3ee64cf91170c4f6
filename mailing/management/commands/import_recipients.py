"""Brings in recipients from a CSV file."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from mailing.importing import ImportResult, UnreadableFile, import_recipients
from mailing.management.owners import find_list, find_owner
from mailing.models import RecipientList


class Command(BaseCommand):
    """Prints what came of it; the rows that are wrong go to the standard error stream."""

    help = (
        "Imports recipients from a CSV file (UTF-8, UTF-16 or Windows-1251; commas, semicolons or "
        "tabs). The first line names the columns: email, full name, comment; others become "
        "attributes. Nobody who has opted out is written to again. The exit status is 1 when a "
        "row is wrong or nothing could be imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the CSV file, or - for the standard input")
        parser.add_argument("--owner", required=True, help="whose recipients: an e-mail address")
        parser.add_argument("--list", help="a list to put them on; made if there is none")
        parser.add_argument("--dry-run", action="store_true", help="count only, save nothing")

    def handle(
        self, *, file: str, owner: str, list: str | None, dry_run: bool, **options: object
    ) -> None:
        user = find_owner(owner)
        try:
            with _opened(file) as stream:
                result = import_recipients(
                    user,
                    stream,
                    file_name="" if file == "-" else Path(file).name,
                    lists=_lists(user, list),
                    dry_run=dry_run,
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except UnreadableFile as error:
            raise CommandError(f"{file}: {error}") from None
        self._report(result, dry_run)

    def _report(self, result: ImportResult, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write("Dry run: nothing was saved.")
        for name in ("added", "updated", "unchanged", "suppressed"):
            self.stdout.write(f"{name}: {getattr(result, name)}")
        self.stdout.write(f"wrong: {len(result.wrong)}\ntotal: {result.total}")
        for row in result.wrong:
            self.stderr.write(f"Line {row.line}: {row.reason}")
        if result.wrong:
            raise CommandError(f"{len(result.wrong)} of {result.total} rows were left out.")


def _opened(file: str) -> AbstractContextManager[IO[bytes]]:
    return nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb")


def _lists(owner: User, name: str | None) -> Iterator[RecipientList]:
    """Yield the list of this name, made only now that it is asked for."""
    if name and name.strip():
        yield find_list(owner, name) or RecipientList.objects.create(owner=owner, name=name.strip())
