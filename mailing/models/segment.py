"""Recipients by a saved condition."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, models, transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from mailing.joins import hash_joins
from mailing.models.owned import Owned, OwnedQuerySet
from mailing.models.recipient import Recipient, RecipientList, RecipientQuerySet
from mailing.segments.kinds import Value
from mailing.segments.query import Reading
from mailing.segments.rules import Rules
from mailing.segments.words import describe

#: How long a page may count.
COUNT_SECONDS = 10


class SegmentQuerySet(OwnedQuerySet):
    """Questions asked about segments."""

    def naming_list(self, recipient_list: RecipientList) -> list["Segment"]:
        """Return the segments of its owner whose rules name `recipient_list`."""
        mine = self.filter(owner_id=recipient_list.owner_id).order_by("name")
        return [s for s in mine if recipient_list.pk in s.parsed_rules.keys(Value.LIST)]


class Segment(Owned):
    """A condition on an owner's recipients; who fulfils it is found out anew each time."""

    name = models.CharField(gettext_lazy("name"), max_length=150)
    rules = models.JSONField(gettext_lazy("rules"))

    objects = SegmentQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("segment")
        verbose_name_plural = gettext_lazy("segments")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "owner",
                Lower("name"),
                name="segment_name_unique",
                violation_error_message=gettext_lazy("You have a segment with this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("mailing:segment_detail", args=[self.pk])

    @cached_property
    def parsed_rules(self) -> Rules:
        return Rules.read(self.rules)

    @property
    def number_of_conditions(self) -> int:
        return len(list(self.parsed_rules.conditions()))

    def in_words(self) -> dict[str, Any]:
        """Return the rules as sentences."""
        from mailing.models.mailing import Mailing

        rules = self.parsed_rules
        lists = RecipientList.objects.owned_by(self.owner).filter(pk__in=rules.keys(Value.LIST))
        mailings = Mailing.objects.owned_by(self.owner).filter(pk__in=rules.keys(Value.MAILING))
        return describe(
            rules, dict(lists.values_list("pk", "name")), dict(mailings.values_list("pk", "name"))
        )

    def condition(self, now: datetime | None = None) -> models.Q:
        """Return the rules as a condition on recipients."""
        return Reading(self.owner, now or timezone.now()).of(self.parsed_rules)

    def recipients(self) -> RecipientQuerySet:
        """Return who fulfils the rules now."""
        return matching(self.parsed_rules, self.owner)


def read_rules(data: Any, owner: User) -> Rules:
    """Return the rules in `data`.

    Raises ValidationError when they are none, or name a list or mailing that is not `owner`'s.
    """
    from mailing.models.mailing import Mailing

    rules = Rules.read(data)
    for model, sort in ((RecipientList, Value.LIST), (Mailing, Value.MAILING)):
        keys = rules.keys(sort)
        named: Any = model
        if keys and named.objects.owned_by(owner).filter(pk__in=keys).count() != len(keys):
            lost = {Value.LIST: _("Choose a list."), Value.MAILING: _("Choose a mailing.")}
            raise ValidationError(lost[sort])
    return rules


def matching(rules: Rules, owner: User, now: datetime | None = None) -> RecipientQuerySet:
    """Return the recipients of `owner` who fulfil `rules`, in one query."""
    recipients: Any = Recipient.objects.owned_by(owner)
    return recipients.filter(Reading(owner, now or timezone.now()).of(rules))  # type: ignore[no-any-return]


def count_in_time(recipients: RecipientQuerySet, seconds: int = COUNT_SECONDS) -> int | None:
    """Return how many they are; None when PostgreSQL has not counted them in `seconds`."""
    try:
        with transaction.atomic():
            _limit_time(seconds)
            with hash_joins():
                number = recipients.order_by().count()
            _limit_time(0)
            return number
    except OperationalError:
        return None


def _limit_time(seconds: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds}s"])
