"""Which limits hold: the settings, and what administrators set for an owner or a domain."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from accounts.models import User
from mailing.models import DomainLimit, OwnerLimit
from mailing.models.limit import Limit
from mailing.sending.metering import Rates

#: Settings in pairs: letters in a minute, letters in an hour.
INSTALLATION = ("SEND_RATE_PER_MINUTE", "SEND_RATE_PER_HOUR")
OWNER = ("OWNER_RATE_PER_MINUTE", "OWNER_RATE_PER_HOUR")
DOMAIN = ("DOMAIN_RATE_PER_MINUTE", "DOMAIN_RATE_PER_HOUR")


def number(setting: str) -> int:
    """Return a limit among the settings; 0 is none."""
    return int(getattr(settings, setting))


def _rates(pair: tuple[str, str]) -> Rates:
    return Rates(*map(number, pair))


def _with(limit: Limit, rates: Rates) -> Rates:
    """Return `rates` with what `limit` says instead."""
    return Rates(
        rates.per_minute if limit.per_minute is None else limit.per_minute,
        rates.per_hour if limit.per_hour is None else limit.per_hour,
    )


def of_installation() -> Rates:
    return _rates(INSTALLATION)


def of_owners(owners: Iterable[int]) -> dict[int, Rates]:
    """Return the limits of each owner."""
    default = _rates(OWNER)
    own = {limit.owner_id: limit for limit in OwnerLimit.objects.filter(owner__in=owners)}
    return {key: _with(own[key], default) if key in own else default for key in owners}


@dataclass(frozen=True, slots=True)
class DomainRates:
    """The limits of all domains."""

    default: Rates
    own: dict[str, Rates]

    @classmethod
    def read(cls) -> "DomainRates":
        default = _rates(DOMAIN)
        limits = DomainLimit.objects.all()
        return cls(default, {each.domain: _with(each, default) for each in limits})

    def __bool__(self) -> bool:
        return bool(self.default) or any(self.own.values())

    def of(self, domain: str) -> Rates:
        return self.own.get(domain, self.default)


@dataclass(frozen=True, slots=True)
class Rules:
    """All limits that the letters of one owner are under."""

    installation: Rates
    owner: Rates
    domains: DomainRates

    @classmethod
    def read(cls, owner: int) -> "Rules":
        return cls(of_installation(), of_owners([owner])[owner], DomainRates.read())

    def __bool__(self) -> bool:
        return bool(self.installation or self.owner or self.domains)


NO_RULES = Rules(Rates(), Rates(), DomainRates(Rates(), {}))


def duration(owner: User, letters: int) -> float:
    """Return how many seconds the limits let `letters` of an owner take; 0 without a limit.

    What other owners send at the same time, and limits of domains, may make it longer.
    """
    rates = (of_installation(), of_owners([owner.pk])[owner.pk])
    return letters / min(each.per_second for each in rates)
