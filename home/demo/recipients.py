"""The demo's recipients, on four lists of three owners."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from accounts.models import User
from home.demo import names
from home.demo.people import ALICE, BOB, VERA
from mailing.models import Recipient, RecipientList, Suppression

Reason = Suppression.Reason
State = Recipient.State


@dataclass(frozen=True)
class DemoList:
    """A list: whose, what it is called, who is on it, and how they came to it."""

    owner: str
    name: str
    description: str
    people: tuple[tuple[str, str], ...]
    consent: str
    cities: tuple[str, ...]


ENGLISH = tuple(names.english_names())
RUSSIAN = tuple(names.russian_names())
ENGLISH_CITIES = ("Bristol", "Leeds", "York", "Bath", "Dundee")
RUSSIAN_CITIES = ("Москва", "Казань", "Пермь", "Псков")

READERS = DemoList(
    ALICE,
    "Newsletter readers",
    "Asked for the Friday letter on our page.",
    ENGLISH[:70],
    "Send me the Friday letter with new books.",
    ENGLISH_CITIES,
)
CUSTOMERS = DemoList(
    ALICE,
    "Customers",
    "Bought something and wanted to hear of evenings and offers.",
    ENGLISH[50:120],
    "Tell me about evenings and offers.",
    ENGLISH_CITIES,
)
RIDERS = DemoList(
    BOB,
    "Morning riders",
    "The cycling club, weekdays.",
    ENGLISH[120:],
    "Write to me the evening before a ride.",
    ("Albany", "Troy", "Saratoga"),
)
RUSSIAN_READERS = DemoList(
    VERA,
    "Читатели",
    "Подписались на письма магазина.",
    RUSSIAN,
    "Хочу получать письма о новых книгах.",
    RUSSIAN_CITIES,
)
LISTS = (READERS, CUSTOMERS, RIDERS, RUSSIAN_READERS)

#: What has become of some recipients: every so many, beginning with the one of this number.
LAPSED = ((State.UNSUBSCRIBED, 23, 7), (State.BOUNCED, 37, 11), (State.COMPLAINED, 61, 29))
MANUAL_SUPPRESSIONS = ((ALICE, "press@example.net"), (BOB, "race.office@example.com"))


def make_recipients(now: datetime) -> int:
    """Make the recipients, lists and suppressions that are missing; return how many recipients."""
    made = sum(_fill(demo_list, now) for demo_list in LISTS)
    for email, address in MANUAL_SUPPRESSIONS:
        _suppress(User.objects.get(email=email), address, Reason.MANUAL)
    return made


def _fill(demo: DemoList, now: datetime) -> int:
    """Make a list with its recipients; on one that is there, only recipients that are missing."""
    owner = User.objects.get(email=demo.owner)
    listed, list_is_new = RecipientList.objects.get_or_create(
        owner=owner, name=demo.name, defaults={"description": demo.description}
    )
    mine = Recipient.objects.owned_by(owner)
    known = set(mine.values_list("email", flat=True))
    missing = [
        _recipient(owner, demo, number, now)
        for number, (_name, address) in enumerate(demo.people)
        if address not in known
    ]
    Recipient.objects.bulk_create(missing)
    mine.filter(pk__in=[recipient.pk for recipient in missing]).update(created_at=F("consent_at"))
    for recipient in missing:
        if recipient.state != State.ACTIVE:
            _suppress(owner, recipient.email, Reason(recipient.state))
    addresses = {address for _name, address in demo.people}
    added = addresses if list_is_new else {recipient.email for recipient in missing}
    listed.recipients.add(*mine.filter(email__in=added))
    return len(missing)


def _recipient(owner: User, demo: DemoList, number: int, now: datetime) -> Recipient:
    full_name, email = demo.people[number]
    return Recipient(
        owner=owner,
        email=email,
        full_name=full_name,
        attributes={"city": demo.cities[number % len(demo.cities)]},
        state=_state(number),
        consent_source=f"“{demo.name}”",
        consent_wording=demo.consent,
        consent_ip=f"192.0.2.{number + 1}",
        consent_at=now - timedelta(days=90 + 3 * number),
    )


def _state(number: int) -> State:
    for state, every, first in LAPSED:
        if number % every == first:
            return state
    return State.ACTIVE


def _suppress(owner: User, email: str, reason: Reason) -> None:
    Suppression.objects.get_or_create(owner=owner, email=email, defaults={"reason": reason})
