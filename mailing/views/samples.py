"""A message filled in for a recipient who does not exist."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from mailing.models import Message
from mailing.personalisation import (
    Fields,
    compile_html,
    compile_line,
    compile_text,
    fields_in,
)
from mailing.sending.compose import Frozen, freeze


def sample_line(message: Message, line: str) -> str:
    """Return the subject or the preheader of `message`, filled in."""
    return compile_line(line).render(sample_fields(message))


def sample_html(message: Message) -> str:
    return compile_html(frozen(message).body_html).render(sample_fields(message))


def sample_text(message: Message) -> str:
    return compile_text(frozen(message).body_text).render(sample_fields(message))


def frozen(message: Message) -> Frozen:
    """Return the letter that a mailing begun now would send."""
    return freeze(message, message.owner.language)


def sample_fields(message: Message) -> Fields:
    """Return values for every field; an attribute shows its own name."""
    parts = (message.subject, message.preheader, message.body_html, message.text)
    names = frozenset().union(*map(fields_in, parts))
    keys = [name.partition(".")[2] for name in names if name.startswith("attributes.")]
    with translation.override(message.owner.language or translation.get_language()):
        full_name = _("Alex Reader")
    return Fields(
        email="alex@example.org",
        full_name=full_name,
        attributes={key: f"[{key}]" for key in keys},
        unsubscribe_url=settings.SITE_URL,
        view_url=settings.SITE_URL,
    )
