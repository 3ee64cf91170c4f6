"""Brings in recipients from a file."""

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from mailing.importing import acts, jobs
from mailing.importing.from_command import chosen_roles, guess_made
from mailing.importing.limits import UnreadableFile
from mailing.importing.result import NAMES
from mailing.importing.wrong_rows import csv_lines
from mailing.management.owners import find_list, find_owner
from mailing.models import Import, ImportRow


class Command(BaseCommand):
    """Prints what came of it; the rows that are wrong go to the standard error stream."""

    help = (
        "Imports recipients from a CSV file (UTF-8, UTF-16 or Windows-1251; commas, semicolons or "
        "tabs) or a spreadsheet (.xlsx). The first line names the columns: email, full name, "
        "comment; others become attributes, or what --column says. Nobody who has opted out is "
        "written to again. The import can be undone in the dashboard. The exit status is 1 when a "
        "row is wrong or nothing could be imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the file, or - for the standard input")
        parser.add_argument("--owner", required=True, help="whose recipients: an e-mail address")
        parser.add_argument("--list", help="a list to put them on; made if there is none")
        parser.add_argument("--dry-run", action="store_true", help="count only, save nothing")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="HEADING=ROLE",
            help="what a column is, by its heading or number: email, full_name, first_name, "
            "middle_name, last_name, comment, ignore or attribute:KEY; may be given repeatedly",
        )
        parser.add_argument(
            "--sheet", default="", help="the sheet of a spreadsheet, else the first"
        )
        parser.add_argument(
            "--wrong-rows", metavar="CSV", help="write the wrong rows to this file, with reasons"
        )

    def handle(
        self,
        *,
        file: str,
        owner: str,
        list: str | None,
        dry_run: bool,
        column: Sequence[str],
        sheet: str,
        wrong_rows: str | None,
        **options: object,
    ) -> None:
        user = find_owner(owner)
        try:
            with _opened(file) as stream:
                work = _begin(user, stream, file, list or "")
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except UnreadableFile as error:
            raise CommandError(f"{file}: {error}") from None
        try:
            self._work(work, dry_run, column, sheet, file)
            if wrong_rows:
                _write(wrong_rows, work)
            self._report(work, dry_run, told_elsewhere=bool(wrong_rows))
        finally:
            acts.clear_away(work)

    def _work(
        self, work: Import, dry_run: bool, column: Sequence[str], sheet: str, file: str
    ) -> None:
        try:
            if sheet:
                Import.objects.filter(pk=work.pk).update(sheet=sheet)
            jobs.work_through(work)
            guess_made(work, sheet)
            acts.check(work, chosen_roles(work, column), work.has_header)
        except UnreadableFile as error:
            raise CommandError(f"{file}: {error}") from None
        if not dry_run:
            acts.start_unchecked(work)
        jobs.work_through(work)
        if work.error:
            raise CommandError(f"{file}: {work.error}")

    def _report(self, work: Import, dry_run: bool, told_elsewhere: bool) -> None:
        if dry_run:
            self.stdout.write("Dry run: nothing was saved.")
        for name in NAMES:
            self.stdout.write(f"{name}: {getattr(work, name)}")
        if not told_elsewhere:
            for row in work.rows.filter(kind=ImportRow.Kind.WRONG).order_by("pk").iterator():
                self.stderr.write(f"Line {row.line}: {row.reason}")
        if work.wrong:
            raise CommandError(f"{work.wrong} of {work.total} rows were left out.")


def _begin(owner: User, stream: IO[bytes], file: str, list_name: str) -> Import:
    known = find_list(owner, list_name) if list_name.strip() else None
    return acts.begin(
        owner,
        stream,
        file_name="" if file == "-" else Path(file).name,
        lists=[known] if known else [],
        new_list="" if known else list_name,
    )


def _opened(file: str) -> AbstractContextManager[IO[bytes]]:
    return nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb")


def _write(path: str, work: Import) -> None:
    try:
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            file.writelines(csv_lines(work, ImportRow.Kind.WRONG))
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
