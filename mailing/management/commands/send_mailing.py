"""Sends one mailing now."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mailing.models import Attempt, Mailing
from mailing.models.mailing import ForbiddenChange
from mailing.sending import control
from mailing.sending.turn import take_turn


class Command(BaseCommand):
    """Opens an attempt that the running workers send, or tries one out without sending."""

    help = (
        "Starts a mailing now, whatever its schedule says; the running workers send the letters. "
        "With --dry-run every letter is composed and none is sent."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the number of the mailing")
        parser.add_argument("--dry-run", action="store_true", help="compose only, send nothing")

    def handle(self, *, id: int, dry_run: bool, **options: object) -> None:
        mailing = Mailing.objects.select_related("message", "owner").filter(pk=id).first()
        if mailing is None:
            raise CommandError(f"There is no mailing with the number {id}.")
        try:
            self._try_out(mailing) if dry_run else self._send(mailing)
        except ForbiddenChange as refusal:
            raise CommandError(str(refusal)) from None

    def _send(self, mailing: Mailing) -> None:
        attempt = control.run_now(mailing, None, Attempt.Trigger.COMMAND)
        self.stdout.write(
            f"Attempt {attempt.pk} of mailing {mailing.pk} is open: "
            f"{attempt.total} letters, which the workers send."
        )

    def _try_out(self, mailing: Mailing) -> None:
        attempt = control.dry_run(mailing, None, Attempt.Trigger.COMMAND)
        while take_turn(attempt.pk):
            pass
        attempt.refresh_from_db()
        self.stdout.write(
            f"Attempt {attempt.pk} of mailing {mailing.pk} was a dry run: "
            f"{attempt.composed} of {attempt.total} letters composed, {attempt.failed} failed, "
            "none sent."
        )
