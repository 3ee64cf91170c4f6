"""Test letters: the letter of a mailing, sent to its owner beside the ledger."""

import logging

from django.core.mail import get_connection
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from accounts.addresses import confirmed_address
from accounts.models import User
from mailing.models import Attempt, Mailing, Message, Recipient, TrialLetter
from mailing.models.trial_letter import MAX_PER_HOUR
from mailing.sending.compose import CannotCompose, Composer, freeze
from mailing.sending.sample import sample_fields
from mailing.sending.transport import Letter, Result
from mailing.sending.transport.service import deliver

logger = logging.getLogger("mailing.sending")

State = TrialLetter.State
STATES = {Result.ACCEPTED: State.SENT, Result.UNCERTAIN: State.UNCERTAIN}


class Refused(Exception):
    """No test letter may be sent now; the text says why."""


@transaction.atomic
def request_trial(message: Message, recipient: Recipient | None) -> TrialLetter:
    """Have a test letter sent to the owner's own address. Raises Refused."""
    owner = User.objects.select_for_update().get(pk=message.owner_id)
    address = confirmed_address(owner)
    if not address:
        raise Refused(_("Confirm your e-mail address first: test letters go there."))
    if TrialLetter.objects.owned_by(owner).within_an_hour().count() >= MAX_PER_HOUR:
        text = _("You sent %(limit)s test letters within an hour. Wait a little.")
        raise Refused(text % {"limit": MAX_PER_HOUR})
    trial = TrialLetter.objects.create(
        owner=owner, message=message, recipient=recipient, email=address
    )
    wake(trial.pk)
    return trial


def wake(key: int) -> None:
    """Queue the sending once the transaction is over."""
    transaction.on_commit(lambda: async_task("mailing.tasks.send_trial", key), robust=True)


def wake_overlooked() -> None:
    """Queue again what got lost on the way to a worker, and forget what is old."""
    for key in list(TrialLetter.objects.overlooked().values_list("pk", flat=True)):
        wake(key)
    TrialLetter.objects.outdated().delete()


def send_trial(key: int) -> None:
    """Send a test letter that nobody else has taken on, and write down what came of it."""
    rows = TrialLetter.objects.select_related("message__owner", "recipient")
    trial = rows.filter(pk=key, owner__is_active=True).first()
    if trial is None or not trial.take():
        return
    try:
        letter = compose_trial(trial)
    except (CannotCompose, ValueError, TypeError, LookupError) as error:
        trial.finish(State.FAILED, str(error))
        return
    outcome = deliver(get_connection(), letter)
    if outcome.result is not Result.ACCEPTED:
        logger.warning("A test letter was not sent: %s", outcome)
    trial.finish(STATES.get(outcome.result, State.FAILED), outcome.reply)


def compose_trial(trial: TrialLetter) -> Letter:
    """Return the letter, with a subject that tells it from a real one. Raises CannotCompose."""
    message = trial.message
    frozen = freeze(message, message.owner.language)
    with translation.override(message.owner.language or translation.get_language()):
        subject = _("[Test] %(subject)s") % {"subject": frozen.subject}
    attempt = Attempt(
        subject=subject,
        preheader=frozen.preheader,
        body_html=frozen.body_html,
        body_text=frozen.body_text,
    )
    composer = Composer(attempt, Mailing(pk=0), list(message.attachments.all()))
    fields = sample_fields(message, trial.recipient)
    message_id = f"trial.{trial.pk}{composer.message_id_tail}"
    return composer.letter_to(trial.email, message.owner.full_name, fields, message_id)
