"""The demo's messages."""

from accounts.models import User
from home.demo.message_parts import add_parts
from home.demo.people import ALICE, BOB, VERA
from home.demo.texts import Text, read_texts
from mailing.models import Message

#: Whose message each file in `letters/` is.
OWNERS = {
    "welcome": ALICE,
    "new-arrivals": ALICE,
    "book-evening": ALICE,
    "morning-ride": BOB,
    "autumn-selection": VERA,
}
#: The message that has a picture, an attachment and an earlier version.
RICH = "book-evening"


def make_messages() -> int:
    """Make the messages that are missing; return how many."""
    return sum(_make(text) for text in read_texts("letters"))


def _make(text: Text) -> bool:
    message, is_new = Message.objects.get_or_create(
        owner=User.objects.get(email=OWNERS[text.slug]),
        name=text.named["Name"],
        defaults={
            "subject": text.named["Subject"],
            "preheader": text.named["Preheader"],
            "body_html": text.rest,
        },
    )
    if is_new and text.slug == RICH:
        add_parts(message)
    return is_new
