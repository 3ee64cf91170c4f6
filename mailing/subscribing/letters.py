"""The letters to whoever typed an address into a form."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.letters import wake_sender
from mailing import links
from mailing.markup import inline_css
from mailing.models import SubscriptionRequest


def queue() -> None:
    """Have the letters that are due sent once the transaction is over."""
    wake_sender("mailing.tasks.send_subscription_letters")


def queue_due(now: datetime) -> None:
    """Do so when there are any: their task was lost, or they are to be tried again."""
    if SubscriptionRequest.objects.due(now).exists():
        queue()


def compose(request: SubscriptionRequest) -> EmailMultiAlternatives | None:
    """Return the letter that asks to confirm or, to who is on the list, says so.

    None when the form was closed since, or the address may not be written to.
    """
    if not request.form.is_accepting or request.may_not_be_written_to():
        return None
    is_known = request.is_on_the_list()
    SubscriptionRequest.objects.filter(pk=request.pk).update(is_known=is_known)
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
