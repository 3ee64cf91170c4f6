"""What a letter looks like: frozen once per attempt, filled in for each recipient."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from mailing import links
from mailing.addresses import ascii_domain
from mailing.markup import inline_css, sanitise
from mailing.models import Attachment, Attempt, Delivery, Mailing, Message
from mailing.personalisation import (
    Fields,
    Template,
    compile_html,
    compile_line,
    compile_text,
    fields_in,
)
from mailing.sending.mime import (
    alternatives,
    attached,
    attachment,
    header,
    mailbox,
    mixed,
    part,
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


def wire_address(address: str) -> str:
    """Return an address with its domain in ASCII, as it stands in envelopes and headers.

    Raises CannotCompose for what is no address, or could break out of a command or a header.
    """
    local, _at, _domain = address.rpartition("@")
    if not local or not address.isprintable() or set(address) & set("<>, "):
        raise CannotCompose(f"This is not an address that can be written to: {address!r}")
    return f"{local}@{ascii_domain(address)}"


class Composer:
    """Makes the letters of one attempt; whatever is the same in all of them is made once.

    `files` are those of the attempt unless others are given.
    """

    def __init__(
        self, attempt: Attempt, mailing: Mailing, files: Sequence[Attachment] | None = None
    ) -> None:
        self.attempt = attempt
        self.subject: Template = compile_line(attempt.subject)
        self.html = part("html", compile_html(attempt.body_html))
        self.text = part("plain", compile_text(attempt.body_text))
        name, self.envelope_from = sender_address()
        domain = sender_domain()
        #: what follows the delivery's key in its Message-ID
        self.message_id_tail = f".{attempt.token}@{domain}"
        self.boundary = f"=_{attempt.token}"
        self.body = alternatives
        self.tail = _files(self.boundary, attempt.attachments.all() if files is None else files)
        if self.tail:
            self.body = mixed
        self.reply_to, self.obstacle = _reply_to(attempt)
        self.same_for_all = (
            b"From: "
            + mailbox(attempt.sender_name or name, self.envelope_from)
            + b"\r\n"
            + (f"Reply-To: {self.reply_to}\r\n".encode() if self.reply_to else b"")
            + header("List-Id", f"<mailing-{mailing.pk}.{domain}>")  # RFC 2919
            + header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")  # RFC 8058
        )

    def message_id(self, delivery_id: int) -> str:
        """Return the Message-ID of a delivery, the same however often it is composed."""
        return f"{delivery_id}{self.message_id_tail}"

    def compose(self, delivery: Delivery) -> Letter:
        """Return the letter for one recipient. Raises CannotCompose."""
        if self.obstacle:
            raise CannotCompose(self.obstacle)
        try:
            return self._letter(delivery)
        except (ValueError, TypeError, LookupError) as error:
            raise CannotCompose(str(error)) from error

    def _letter(self, delivery: Delivery) -> Letter:
        message_id = self.message_id(delivery.pk)
        return self.letter_to(delivery.email, delivery.full_name, fields_of(delivery), message_id)

    def letter_to(self, email: str, full_name: str, fields: Fields, message_id: str) -> Letter:
        """Return the letter with the fields filled in. Raises CannotCompose."""
        address = wire_address(email)
        content = b"".join(
            [
                b"To: " + mailbox(full_name, address) + b"\r\n",
                header("Subject", self.subject.render(fields)),
                header("Date", _date(int(timezone.now().timestamp()))),
                header("Message-ID", f"<{message_id}>"),
                self.same_for_all,
                header("List-Unsubscribe", f"<{fields.unsubscribe_url}>"),  # RFC 2369
                self.body(self.boundary, self.text(fields), self.html(fields)),
            ]
        )
        utf8 = not (address + self.reply_to).isascii()
        return Letter(self.envelope_from, address, content, utf8, self.tail)


def _files(boundary: str, files: Iterable[Attachment]) -> bytes:
    parts = [attachment(file.name, file.content_type, bytes(file.content)) for file in files]
    return attached(boundary, parts) if parts else b""


def _reply_to(attempt: Attempt) -> tuple[str, str]:
    """Return where answers go, and why no letter can be made when that is nowhere."""
    if not attempt.reply_to:
        return "", ""
    try:
        return wire_address(attempt.reply_to), ""
    except (CannotCompose, ValueError) as error:
        return "", str(error)


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))


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
