"""The demo's segments: conditions that find some of the recipients."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from home.demo.people import ALICE, VERA
from home.demo.recipients import ENGLISH_CITIES, READERS, RUSSIAN_CITIES
from mailing.models import Mailing, RecipientList, Segment


@dataclass(frozen=True)
class Plan:
    """A segment: whose, its name and its conditions, of which all must hold."""

    owner: str
    name: str
    conditions: tuple[dict[str, Any], ...]


ACTIVE = {"kind": "state", "test": "is", "value": "active"}


def _city(name: str) -> dict[str, Any]:
    return {"kind": "attribute", "key": "city", "test": "is", "value": name}


def _plans() -> tuple[Plan, ...]:
    alice = User.objects.get(email=ALICE)
    readers = RecipientList.objects.get(owner=alice, name=READERS.name)
    evening = Mailing.objects.get(owner=alice, name="Spring evening")
    north = [_city(ENGLISH_CITIES[1]), _city(ENGLISH_CITIES[2])]
    missed = (
        {"kind": "mailing", "test": "not_got", "value": evening.pk},
        {"kind": "list", "test": "on", "value": readers.pk},
        {"kind": "ever", "test": "ever_got"},
    )
    return (
        Plan(ALICE, "Readers in the north", (ACTIVE, {"match": "any", "conditions": north})),
        Plan(ALICE, "Missed the spring evening", missed),
        Plan(VERA, "Читатели в Казани", (ACTIVE, _city(RUSSIAN_CITIES[1]))),
    )


def make_segments() -> int:
    """Make the segments that are missing; return how many."""
    made = 0
    for plan in _plans():
        rules = {"match": "all", "conditions": list(plan.conditions)}
        owner = User.objects.get(email=plan.owner)
        made += Segment.objects.get_or_create(
            owner=owner, name=plan.name, defaults={"rules": rules}
        )[1]
    return made
