"""What a sender may claim under the limits.

Every letter is counted when it is claimed, in the transaction of the claim. One that does not leave
at once is counted anew when it is handed over; one that does not leave at all is taken back. What a
killed sender had counted stays counted: that costs speed, and never lets too many letters leave.
"""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from mailing.models import Attempt
from mailing.models.delivery import DeliveryQuerySet
from mailing.sending.claim import Claim, Permit
from mailing.sending.limits import NO_RULES, Rules
from mailing.sending.metering import FRESH


class Permits:
    """The permits of one sender for the letters of one attempt."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self.rules = NO_RULES if attempt.dry_run else Rules.read(attempt.mailing.owner_id)
        self._taken: dict[int, Permit] = {}
        self._unused: list[Permit] = []

    def __bool__(self) -> bool:
        """Whether there is any limit, so that permits are needed."""
        return bool(self.rules)

    def choose(self, due: DeliveryQuerySet, limit: int) -> list[int]:
        """Return the keys of up to `limit` letters among `due` that may leave now.

        When it is too early for any the attempt is held; letters to a domain without room are
        put off.
        """
        claim = Claim(self.attempt, self.rules)
        claim.put_back(self._unused)
        self._unused.clear()
        chosen = claim.choose(due, limit)
        claim.meters.save()
        taken = {key: Permit(domain, claim.meters.now) for key, domain in chosen.items()}
        self._taken.update(taken)
        return list(taken)

    def renew(self, keys: Collection[int]) -> set[int]:
        """Return which letters may be handed over now; those claimed long ago are counted anew.

        Comes first in a transaction, before rows are locked.
        """
        if not self:
            return set(keys)
        now = timezone.now().timestamp()
        # a permit is forgotten before it is known that the transaction holds, and never used twice
        stale = {key: p for key in keys if (p := self._taken.get(key)) and p.taken_at < now - FRESH}
        fresh = {key for key in keys if key in self._taken and key not in stale}
        for key in stale:
            del self._taken[key]
        return fresh | self._count_anew(stale) if stale else fresh

    def spend(self, keys: Iterable[int]) -> None:
        """Forget the permits of letters that the mail server has dealt with."""
        for key in keys:
            self._taken.pop(key, None)

    def give_back(self, keys: Iterable[int]) -> None:
        """Note that letters have not left and are no longer in hand."""
        self._unused += [permit for key in keys if (permit := self._taken.pop(key, None))]

    @transaction.atomic
    def close(self) -> None:
        """Take back what was counted and did not leave."""
        if self._unused:
            claim = Claim(self.attempt, self.rules)
            claim.put_back(self._unused)
            claim.meters.save()
            self._unused.clear()

    def _count_anew(self, stale: dict[int, Permit]) -> set[int]:
        claim = Claim(self.attempt, self.rules)
        moved = {key for key, permit in stale.items() if claim.move(permit)}
        claim.meters.save()
        return moved
