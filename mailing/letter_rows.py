"""The letters of an attempt as a table to take away, in flat memory however many they are."""

from collections.abc import Iterator

from mailing.models import Delivery
from mailing.models.delivery import DeliveryQuerySet

COLUMNS = (
    "email",
    "full_name",
    "state",
    "reason",
    "smtp_code",
    "smtp_reply",
    "tries",
    "handed_over_at",
    "finished_at",
    "message_id",
)
CHUNK = 2000


def letter_rows(letters: DeliveryQuerySet) -> Iterator[list[object]]:
    """Yield the values of COLUMNS for each of `letters`."""
    for letter in _all(letters):
        yield [getattr(letter, name) for name in COLUMNS]


def _all(letters: DeliveryQuerySet) -> Iterator[Delivery]:
    """Yield letters by their keys, a chunk at a time: no cursor stays open, nothing is kept."""
    last = 0
    while chunk := list(letters.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield from chunk
        last = chunk[-1].pk
