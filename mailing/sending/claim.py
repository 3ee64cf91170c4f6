"""One claim under the limits: what may be taken now, and until when the rest is held or put off."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone

from mailing.addresses import ascii_domain
from mailing.models import Attempt, Delivery
from mailing.models.delivery import DeliveryQuerySet, State
from mailing.sending import fairness, limits
from mailing.sending.limits import Rules
from mailing.sending.lines import DomainMeter
from mailing.sending.metering import CREDIT, Meter
from mailing.sending.meters import Meters

#: So many batches of letters to domains without room are put off before others get their turn.
ROUNDS = 10
#: Letters to claim at a time for each connection: few enough that they leave within a second.
CLAIMED_PER_CONNECTION = 4
#: Seconds that an owner waits for each owner it shares with, before it looks whether they are gone.
HOLD_PER_OWNER = 0.05


@dataclass(frozen=True, slots=True)
class Permit:
    """The right to hand one letter over, counted at a moment in seconds since the epoch."""

    domain: str
    taken_at: float


class Claim:
    """The limits of one attempt while nobody else counts anything: one transaction."""

    def __init__(self, attempt: Attempt, rules: Rules) -> None:
        self.attempt = attempt
        self.owner_id = attempt.mailing.owner_id
        self.rules = rules
        self.meters = Meters()
        self.now = self.meters.now
        common = {"installation": rules.installation, f"owner:{self.owner_id}": rules.owner}
        self.common = [self.meters.common(scope, each) for scope, each in common.items() if each]

    def put_back(self, permits: Collection[Permit]) -> None:
        """Take back the counts of letters that did not leave."""
        domains = self._domains(permit.domain for permit in permits)
        for permit in permits:
            for meter in self._meters_of(permit, domains):
                meter.put_back(permit.taken_at)

    def move(self, permit: Permit) -> bool:
        """Count a letter now instead of when it was claimed; False when there is no room."""
        meters = self._meters_of(permit, self._domains([permit.domain]))
        may_move = all(meter.may_move(permit.taken_at) for meter in meters)
        for meter in meters if may_move else ():
            meter.move(permit.taken_at)
        return may_move

    def choose(self, due: DeliveryQuerySet, limit: int) -> dict[int, str]:
        """Count letters that may leave now; return their keys with their domains."""
        share, owners = self._share()
        meters = [*self.common, *share]
        few = min(limit, CLAIMED_PER_CONNECTION * settings.SEND_CONNECTIONS)
        room = min([few, *(_room(meter, few) for meter in meters)])
        if not room:
            ready_at = [meter.ready_at(meter.bite()) for meter in self.common]
            look_at = self.now + max(CREDIT, owners * HOLD_PER_OWNER)
            ready_at += [min(meter.ready_at(meter.bite()), look_at) for meter in share]
            self.attempt.hold(_moment(max(ready_at)))
            return {}
        chosen = self._pick(due, limit, room)
        for meter in meters if chosen else ():
            meter.take(len(chosen))
        return chosen

    def _share(self) -> tuple[list[Meter], int]:
        """Return the meter of the owner's share when it has to share, and with how many."""
        if not self.rules.installation:
            return [], 1
        owners = fairness.active_owners(timezone.now()) | {self.owner_id}
        if len(owners) == 1:
            return [], 1
        total = self.rules.installation.per_second
        caps = [rates.per_second for rates in limits.of_owners(owners).values()]
        per_second = fairness.fair_share(total, caps)
        return [self.meters.share(f"share:{self.owner_id}", per_second)], len(owners)

    def _pick(self, due: DeliveryQuerySet, limit: int, room: int) -> dict[int, str]:
        """Return letters for which their domains, too, have room; put the others off."""
        for _round in range(ROUNDS):
            rows = list(due.values_list("pk", "email")[: limit if self.rules.domains else room])
            if not rows:
                self._hold_until_next_try()
                return {}
            if chosen := self._sort(rows, room):
                return chosen
        self.attempt.hold(timezone.now())
        return {}

    def _sort(self, rows: list[tuple[int, str]], room: int) -> dict[int, str]:
        """Count letters under the limits of their domains; put off those that find no room."""
        if not self.rules.domains:
            return dict.fromkeys((key for key, _email in rows), "")
        domains = {key: _domain(email) for key, email in rows}
        limited = self._domains(domains.values())
        places = {domain: meter.enter(self.owner_id) for domain, meter in limited.items()}
        chosen: dict[int, str] = {}
        later: list[Delivery] = []
        for key, domain in domains.items():
            if len(chosen) == room:
                break
            place = places.get(domain)
            if place and not place.has_room():
                later.append(Delivery(pk=key, next_try_at=_moment(place.slot())))
                continue
            if place:
                place.take()
            chosen[key] = domain
        Delivery.objects.bulk_update(later, ["next_try_at"])
        return chosen

    def _domains(self, domains: Iterable[str]) -> dict[str, DomainMeter]:
        """Return the meters of those domains that have a limit."""
        rates = {domain: self.rules.domains.of(domain) for domain in domains if domain}
        return self.meters.domains({domain: each for domain, each in rates.items() if each})

    def _meters_of(self, permit: Permit, domains: dict[str, DomainMeter]) -> list[Meter]:
        domain = domains.get(permit.domain)
        return [*self.common, domain] if domain else self.common

    def _hold_until_next_try(self) -> None:
        """Hold the attempt until the first of its letters that were put off."""
        if not self.rules.domains:
            return
        waiting = self.attempt.deliveries.filter(state=State.QUEUED).order_by("next_try_at", "pk")
        first = waiting.values_list("next_try_at", "smtp_reply").first()
        if first and not first[1]:
            self.attempt.hold(first[0])


def _room(meter: Meter, limit: int) -> int:
    """Return for how many letters there is room; too few to be worth a claim are none."""
    room = meter.room()
    return 0 if room < min(meter.bite(), limit) else room


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _domain(address: str) -> str:
    """Return the domain by which letters are counted; none for what is no address."""
    try:
        return ascii_domain(address) if "@" in address else ""
    except ValueError:
        return ""
