"""What a letter looks like: frozen once per attempt, filled in for each recipient."""

from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from mailing import links
from mailing.addresses import ascii_domain
from mailing.markup import inline_css, sanitise
from mailing.models import Attempt, Delivery, Mailing, Message
from mailing.personalisation import (
    Fields,
    Template,
    compile_html,
    compile_line,
    compile_text,
    fields_in,
)
from mailing.sending.transport import Letter


class CannotCompose(Exception):
    """A letter cannot be made for this recipient; the text says why."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A message as one attempt sends it, whatever happens to the message afterwards."""

    subject: str
    preheader: str
    body_html: str
    body_text: str


def freeze(message: Message, language: str) -> Frozen:
    """Return the whole letter with its fields still open, styles inlined and a way out in it."""
    body_html = sanitise(message.body_html)
    with translation.override(language or settings.LANGUAGE_CODE):
        html = render_to_string(
            "emails/letter.html",
            {
                "subject": message.subject,
                "preheader": message.preheader,
                "body": mark_safe(body_html),
                "needs_footer": "unsubscribe_url" not in fields_in(body_html),
                "LANGUAGE_CODE": translation.get_language(),
            },
        )
        text = render_to_string(
            "emails/letter.txt",
            {
                "body": message.text,
                "needs_footer": "unsubscribe_url" not in fields_in(message.text),
            },
        )
    return Frozen(message.subject, message.preheader, inline_css(html), text)


def sender_address() -> tuple[str, str]:
    """Return the name and the address that letters come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)


def sender_domain() -> str:
    """Return the domain that names the installation in Message-ID and List-Id, in ASCII."""
    return ascii_domain(sender_address()[1]) or settings.SITE_HOST


class Composer:
    """Makes the letters of one attempt; whatever is the same in all of them is made once."""

    def __init__(self, attempt: Attempt, mailing: Mailing) -> None:
        self.attempt = attempt
        self.subject: Template = compile_line(attempt.subject)
        self.html: Template = compile_html(attempt.body_html)
        self.text: Template = compile_text(attempt.body_text)
        name, self.envelope_from = sender_address()
        local, _at, domain = self.envelope_from.rpartition("@")
        self.sender = _mailbox(attempt.sender_name or name, local, domain)
        self.domain = sender_domain()
        self.list_id = f"<mailing-{mailing.pk}.{self.domain}>"

    def message_id(self, delivery_id: int) -> str:
        """Return the Message-ID of a delivery, the same however often it is composed."""
        return f"{delivery_id}.{self.attempt.token}@{self.domain}"

    def compose(self, delivery: Delivery) -> Letter:
        """Return the letter for one recipient. Raises CannotCompose."""
        try:
            return self._letter(delivery)
        except (ValueError, TypeError, LookupError, MessageError) as error:
            raise CannotCompose(str(error)) from error

    def _letter(self, delivery: Delivery) -> Letter:
        local, _at, _domain = delivery.email.rpartition("@")
        if not local:
            raise CannotCompose("The recipient has no e-mail address.")
        domain = ascii_domain(delivery.email)
        needs_smtputf8 = not local.isascii()
        fields = fields_of(delivery)
        letter = EmailMessage(policy=SMTPUTF8 if needs_smtputf8 else POLICY)
        letter["From"] = self.sender
        letter["To"] = _mailbox(delivery.full_name, local, domain)
        letter["Subject"] = self.subject.render(fields)
        if self.attempt.reply_to:
            letter["Reply-To"] = self.attempt.reply_to
        letter["Date"] = format_datetime(timezone.now())
        letter["Message-ID"] = f"<{self.message_id(delivery.pk)}>"
        letter["List-Id"] = self.list_id  # RFC 2919
        letter["List-Unsubscribe"] = f"<{fields.unsubscribe_url}>"  # RFC 2369
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        letter.set_content(self.text.render(fields))
        letter.add_alternative(self.html.render(fields), subtype="html")
        return Letter(self.envelope_from, f"{local}@{domain}", letter.as_bytes(), needs_smtputf8)


#: Letters of seven bits, which every server takes whatever it offers.
POLICY = SMTP.clone(cte_type="7bit")


def _mailbox(name: str, local: str, domain: str) -> Address:
    return Address(display_name=" ".join(name.split()), username=local, domain=domain)


def fields_of(delivery: Delivery) -> Fields:
    """Return what the fields of the message stand for in this delivery."""
    return Fields(
        email=delivery.email,
        full_name=delivery.full_name,
        attributes=delivery.attributes,
        unsubscribe_url=links.unsubscribe_url(delivery.recipient_id or 0, delivery.pk),
        view_url=links.view_url(delivery.pk),
    )


def web_page(delivery: Delivery) -> str:
    """Return the letter of a delivery as its recipient may read it in a browser."""
    return compile_html(delivery.attempt.body_html).render(fields_of(delivery))
