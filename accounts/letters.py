"""Letters of the site itself: written where something happens, sent by a worker."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_q.tasks import async_task

from accounts.models import Letter, Outgoing, OutgoingQuerySet, User

logger = logging.getLogger("accounts")

#: Seconds after which a task leaves what is due to the next one.
TURN = 40.0
#: Errors of a letter, after which the mail server takes others.
OF_ONE_LETTER = (SMTPRecipientsRefused, SMTPDataError, ValueError)

Row = TypeVar("Row", bound=Outgoing)


@contextmanager
def surroundings_of(user: User | None, language: str | None = None) -> Iterator[None]:
    """Write in the user's language, or `language` if they chose none, and in their time zone."""
    if user is None:
        yield
        return
    chosen = user.language or language or settings.LANGUAGE_CODE
    with translation.override(chosen), timezone.override(ZoneInfo(user.time_zone)):
        yield


def write_to(user: User, template: str, **context: Any) -> None:
    """Write a letter to a user from `emails/<template>.txt` and `…_subject.txt`.

    Its HTML is made from the text, so nothing in it is markup.
    """
    context |= {"user": user, "site_url": settings.SITE_URL, "support": settings.SUPPORT_EMAIL}
    with surroundings_of(user):
        subject = render_to_string(f"emails/{template}_subject.txt", context)
        text = render_to_string(f"emails/{template}.txt", context).strip()
        html = render_to_string("emails/account.html", {"subject": subject.strip(), "text": text})
    post(user.email, subject, f"{text}\n", html)


def post(to: str, subject: str, body_text: str, body_html: str = "") -> None:
    """Keep a letter and have it sent once the transaction is over.

    Line breaks in the subject become spaces: it cannot begin another header.
    """
    subject = " ".join(subject.split())[:500]
    Letter.objects.create(to=to, subject=subject, body_text=body_text, body_html=body_html)
    wake_sender("accounts.tasks.send_letters")


def wake_sender(task: str) -> None:
    """Queue a task that sends letters, once the transaction is over.

    A wake-up that is lost is made up for within a minute.
    """
    transaction.on_commit(lambda: async_task(task), robust=True)


def send_due(outbox: OutgoingQuerySet[Row], compose: Callable[[Row], EmailMessage | None]) -> bool:
    """Send what is due of `outbox`; return whether there is more than fits into a task.

    `compose` is asked for each letter just before it leaves, and returns None for what must not
    leave any more. One sends at a time, so that a mail server that does not answer holds up one
    worker only.
    """
    if outbox.being_sent(timezone.now()).exists():
        return False
    end = time.monotonic() + TURN
    connection = get_connection()
    try:
        while row := outbox.claim_next(timezone.now()):
            if not _send(row, compose, connection):
                return False
            if time.monotonic() > end:
                return outbox.due(timezone.now()).exists()
    finally:
        connection.close()
    return False


def _send(
    row: Row, compose: Callable[[Row], EmailMessage | None], connection: BaseEmailBackend
) -> bool:
    """Send a letter, or put it off; return whether the mail server can be asked for more."""
    try:
        connection.open()  # does nothing when it is open, and stays open for the next letter
        if email := compose(row):
            email.connection = connection
            email.send()
    except Exception as error:  # every backend has errors of its own
        if _is_final(error) or row.is_too_old:
            logger.error("%s %s was not sent and is given up: %s", row._meta.label, row.pk, error)
            row.delete()
        else:
            is_known = isinstance(error, OSError)  # as all of smtplib's errors are
            note = "%s %s waits for the mail server: %s"
            logger.warning(note, row._meta.label, row.pk, error, exc_info=not is_known)
            row.put_off()
        return isinstance(error, OF_ONE_LETTER)
    row.close()
    return True


def _is_final(error: Exception) -> bool:
    """Whether the address is refused for good (RFC 5321 section 4.2.1), or cannot be written to."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _reply in error.recipients.values())
    return isinstance(error, ValueError)
