"""What goes out as a letter of the site: rows that wait until the mail server has them."""

from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: Time for which nobody else takes a letter that is being sent; longer than sending one may take.
LEASE = timedelta(minutes=5)
#: Pauses before a letter is tried again; the last one is repeated.
PAUSES = [timedelta(seconds=20), *(timedelta(minutes=n) for n in (1, 2, 5, 15))]

Row = TypeVar("Row", bound="Outgoing")


class OutgoingQuerySet(models.QuerySet[Row]):
    """Letters that wait."""

    def being_sent(self, now: datetime) -> Self:
        return self.filter(claimed_until__gt=now)

    def due(self, now: datetime) -> Self:
        """Keep letters to be tried now, which nobody is trying; the oldest first."""
        free = models.Q(claimed_until=None) | models.Q(claimed_until__lte=now)
        return self.filter(free, next_try_at__lte=now).order_by("next_try_at", "pk")

    def claim_next(self, now: datetime) -> Row | None:
        """Take the letter to be tried next; None when nothing is due."""
        while letter := self.due(now).first():
            seen = {"claimed_until": letter.claimed_until, "next_try_at": letter.next_try_at}
            if self.filter(pk=letter.pk, **seen).update(claimed_until=now + LEASE):
                return letter
        return None


class Outgoing(models.Model):
    """A row that goes out as a letter; one that is refused for good is deleted."""

    tries = models.PositiveIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now, null=True)
    claimed_until = models.DateTimeField(_("claimed until"), null=True)

    class Meta:
        abstract = True

    @property
    def is_too_old(self) -> bool:
        """Whether it is not worth trying again."""
        return False

    def put_off(self) -> None:
        """Have it tried again later, after a pause that grows."""
        pause = PAUSES[min(self.tries, len(PAUSES) - 1)]
        self._release(tries=models.F("tries") + 1, next_try_at=timezone.now() + pause)

    def close(self) -> None:
        """Note that nothing is left to be sent."""
        self._release(next_try_at=None)

    def _release(self, **changes: Any) -> None:
        mine = type(self)._default_manager.filter(pk=self.pk)
        mine.update(**changes, claimed_until=None)
