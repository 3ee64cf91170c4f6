"""The meters as they are kept in the database, by which all processes go."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from mailing.models import MeterState
from mailing.sending.lines import DomainMeter
from mailing.sending.metering import Meter, Rates

#: The key of our PostgreSQL advisory lock: "MAIL" and one more.
LOCK = (0x4D41494D, 0)


class Meters:
    """The meters that a claim reads and changes; nobody else has any until the transaction ends.

    One lock for all of them rather than one for each: it is held for milliseconds, cannot be taken
    in the wrong order, and covers meters that do not exist yet.
    """

    def __init__(self) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)
        self.now = timezone.now().timestamp()
        self._kept: dict[str, dict[str, Any]] = {}
        self._open: dict[str, Meter] = {}

    def read(self, *scopes: str) -> None:
        """Read several meters at once, before they are asked for one by one."""
        wanted = set(scopes) - self._kept.keys()
        if wanted:
            self._kept.update({scope: {} for scope in wanted})
            self._kept.update(
                MeterState.objects.filter(scope__in=wanted).values_list("scope", "state")
            )

    def common(self, scope: str, rates: Rates) -> Meter:
        """Return the meter of the installation or of an owner."""
        self.read(scope)
        return self._open.setdefault(scope, Meter.read(rates, self._kept[scope], self.now))

    def share(self, scope: str, per_second: float) -> Meter:
        """Return the meter of an owner's share of the installation's limit."""
        self.read(scope)
        return self._open.setdefault(
            scope, Meter.read_share(per_second, self._kept[scope], self.now)
        )

    def domains(self, rates: Mapping[str, Rates]) -> dict[str, DomainMeter]:
        """Return the meters of the given domains, by domain."""
        self.read(*map(domain_scope, rates))
        return {domain: self._domain(domain_scope(domain), each) for domain, each in rates.items()}

    def _domain(self, scope: str, rates: Rates) -> DomainMeter:
        known = self._open.get(scope)
        if not isinstance(known, DomainMeter):
            known = self._open[scope] = DomainMeter.read(rates, self._kept[scope], self.now)
        return known

    def save(self) -> None:
        """Write down what was counted."""
        now = timezone.now()
        MeterState.objects.bulk_create(
            [MeterState(scope, each.state(), now) for scope, each in self._open.items()],
            update_conflicts=True,
            unique_fields=["scope"],
            update_fields=["state", "updated_at"],
        )


def domain_scope(domain: str) -> str:
    return f"domain:{domain}"
