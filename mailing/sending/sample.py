"""A message filled in for somebody: a recipient, or a reader who does not exist."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from mailing.models import Message, Recipient
from mailing.personalisation import (
    Fields,
    compile_html,
    compile_line,
    compile_text,
    fields_in,
)
from mailing.sending.compose import freeze


@dataclass(frozen=True)
class Sample:
    """A letter as one reader would get it."""

    subject: str
    preheader: str
    html: str
    text: str


def sample(message: Message, recipient: Recipient | None = None) -> Sample:
    """Return the letter that a mailing begun now would send, filled in for `recipient`."""
    fields = sample_fields(message, recipient)
    frozen = freeze(message, message.owner.language)
    return Sample(
        compile_line(frozen.subject).render(fields),
        compile_line(frozen.preheader).render(fields),
        compile_html(frozen.body_html).render(fields),
        compile_text(frozen.body_text).render(fields),
    )


def sample_fields(message: Message, recipient: Recipient | None = None) -> Fields:
    """Return values for every field; of nobody in particular an attribute shows its own name.

    The letter's own addresses lead to a page that says what they do in a real one.
    """
    own = f"{settings.SITE_URL}{reverse('letters:test')}"
    if recipient is not None:
        known = recipient.attributes if isinstance(recipient.attributes, dict) else {}
        return Fields(recipient.email, recipient.full_name, known, own, own)
    parts = (message.subject, message.preheader, message.body_html, message.text)
    names = frozenset().union(*map(fields_in, parts))
    keys = [name.partition(".")[2] for name in names if name.startswith("attributes.")]
    with translation.override(message.owner.language or translation.get_language()):
        full_name = _("Alex Reader")
    return Fields("alex@example.org", full_name, {key: f"[{key}]" for key in keys}, own, own)
