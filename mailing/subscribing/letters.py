"""The letters to whoever typed an address into a form."""

import logging
import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from mailing import links
from mailing.markup import inline_css
from mailing.models import SubscriptionRequest
from mailing.retry import retry_at

logger = logging.getLogger("mailing.subscribing")

#: Time that a task has for a letter before another one takes it for lost.
LEASE = timedelta(minutes=5)
#: So many due letters are set going at a time.
MOST_AT_ONCE = 200


def queue(request_id: int) -> None:
    """Have the letter of a request sent once the transaction is over."""
    transaction.on_commit(
        lambda: async_task("mailing.tasks.send_subscription_letter", request_id), robust=True
    )


def queue_due(now: datetime) -> None:
    """Set letters going that nobody has sent: their task was lost, or is to be tried again."""
    late = SubscriptionRequest.objects.letter_due(now - timedelta(seconds=30))
    for key in list(late.order_by("letter_due_at").values_list("pk", flat=True)[:MOST_AT_ONCE]):
        queue(key)


def send(request_id: int) -> None:
    """Send the letter of a request if it is due and nobody else is at it.

    A task that dies after the mail server took the letter lets it go out once more: it asks a
    question, so two of it do no harm, and none would.
    """
    now = timezone.now()
    due = SubscriptionRequest.objects.letter_due(now).filter(pk=request_id)
    request = due.select_related("form__recipient_list__owner").first()
    if request is None:
        return
    mine = due.filter(letter_due_at=request.letter_due_at)
    if not mine.update(letter_due_at=now + LEASE, tries=request.tries + 1):
        return
    request.tries += 1
    if not request.form.is_accepting or request.may_not_be_written_to():
        _note(request, letter_due_at=None)
        return
    is_known = request.is_on_the_list()
    _note(request, is_known=is_known)
    _hand_over(request, compose(request, is_known), now)


def _note(request: SubscriptionRequest, **what: object) -> None:
    SubscriptionRequest.objects.filter(pk=request.pk).update(**what)


def _hand_over(request: SubscriptionRequest, letter: EmailMultiAlternatives, now: datetime) -> None:
    """Give the letter to the mail server; note when to try again, or that it is no use."""
    try:
        letter.send()
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("The letter of subscription request %s: %s", request.pk, error)
        if _is_refused_for_good(error):
            SubscriptionRequest.objects.filter(pk=request.pk).delete()
        else:
            _note(request, letter_due_at=retry_at(now, request.tries))
    else:
        _note(request, letter_due_at=None)


def _is_refused_for_good(error: Exception) -> bool:
    """Whether the mail server said that there is no such address (RFC 5321 section 4.2.1)."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(500 <= code < 600 for code, _reply in error.recipients.values())


def compose(request: SubscriptionRequest, is_known: bool) -> EmailMultiAlternatives:
    """Return the letter that asks to confirm or, to who is on the list, says so."""
    with translation.override(request.language):
        if is_known:
            url = links.preferences_url(request.recipients.get().pk)
            return _letter(request, _("You get “%(name)s” already"), "subscription_known", url)
        url = links.confirm_url(request.pk)
        return _letter(request, _("Please confirm: “%(name)s”"), "subscription_confirm", url)


def _letter(
    request: SubscriptionRequest, subject: str, template: str, url: str
) -> EmailMultiAlternatives:
    context = {
        "subject": subject % {"name": request.form.public_name},
        "name": request.form.public_name,
        "url": url,
        "place": f"{settings.SITE_URL}{request.place}",
        "lapses_at": request.lapses_at,
        "LANGUAGE_CODE": request.language,
    }
    letter = EmailMultiAlternatives(
        str(context["subject"]),
        render_to_string(f"emails/{template}.txt", context),
        to=[request.email],
        headers={"Auto-Submitted": "auto-generated"},  # RFC 3834: no automatic answers
    )
    html = render_to_string(f"emails/{template}.html", context)
    letter.attach_alternative(inline_css(html), "text/html")
    return letter
