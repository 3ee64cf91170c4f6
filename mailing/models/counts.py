"""How many letters ended in which way."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Counts(models.Model):
    """A row that counts letters by their result."""

    sent = models.PositiveIntegerField(_("sent"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    skipped = models.PositiveIntegerField(_("skipped"), default=0)
    uncertain = models.PositiveIntegerField(_("uncertain"), default=0)
    composed = models.PositiveIntegerField(_("composed only"), default=0)

    #: What else changes, in the same statement, whenever the counts do.
    along_with_counts: ClassVar[dict[str, Any]] = {}

    class Meta:
        abstract = True

    @property
    def counts(self) -> dict[str, int]:
        """Return the numbers by the names of their columns."""
        return {field.name: getattr(self, field.name) for field in Counts._meta.local_fields}

    @property
    def done(self) -> int:
        """Letters that have a result."""
        return sum(self.counts.values())

    def count(self, **changes: int) -> None:
        """Add to the counts, in the transaction that changes the deliveries they count."""
        changes = {name: n for name, n in changes.items() if n}
        if changes:
            type(self)._default_manager.filter(pk=self.pk).update(
                **{name: F(name) + n for name, n in changes.items()}, **self.along_with_counts
            )
