"""The demo's messages."""

from accounts.models import User
from home.demo.people import ALICE, BOB, VERA
from home.demo.texts import read_texts
from mailing.models import Message

#: Whose message each file in `letters/` is.
OWNERS = {
    "welcome": ALICE,
    "new-arrivals": ALICE,
    "book-evening": ALICE,
    "morning-ride": BOB,
    "autumn-selection": VERA,
}


def make_messages() -> int:
    """Make the messages that are missing; return how many."""
    return sum(
        Message.objects.get_or_create(
            owner=User.objects.get(email=OWNERS[text.slug]),
            name=text.named["Name"],
            defaults={
                "subject": text.named["Subject"],
                "preheader": text.named["Preheader"],
                "body_html": text.rest,
            },
        )[1]
        for text in read_texts("letters")
    )
