"""Who gets letters."""

from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.keyset import MOST_COUNTED
from mailing.addresses import normalise_address, validate_address
from mailing.models.owned import Owned, OwnedQuerySet
from mailing.models.suppression import Suppression


class LastWord(models.Func):
    """The last word of a text; an index has exactly this expression."""

    template = (
        "SUBSTR(%(expressions)s, LENGTH(RTRIM(%(expressions)s,"
        " REPLACE(%(expressions)s, ' ', ''))) + 1)"
    )
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Return what costs PostgreSQL half as much: an index has it of each of a million names."""
        return self.as_sql(compiler, connection, template="SPLIT_PART(%(expressions)s, ' ', -1)")


class CountedSubquery(models.Subquery):
    """The number of rows of a query, which may be cut short."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()


class RecipientListQuerySet(OwnedQuerySet):
    """Questions asked about lists."""

    def with_size(self) -> Self:
        """Add `size`, the recipients on each list, counted up to one more than MOST_COUNTED."""
        on_list = Recipient.lists.through.objects.filter(recipientlist_id=models.OuterRef("pk"))
        beyond = on_list.order_by().values("pk")[MOST_COUNTED : MOST_COUNTED + 1]
        return self.annotate(
            size=models.Case(  # whether there are more is known in half the time of counting them
                models.When(models.Exists(beyond), then=MOST_COUNTED + 1),
                default=CountedSubquery(on_list.order_by().values("pk")),
            )
        )


class RecipientList(Owned):
    """A named group of recipients."""

    name = models.CharField(_("name"), max_length=150)
    description = models.TextField(_("description"), blank=True)

    objects = RecipientListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "owner",
                Lower("name"),
                name="recipient_list_name_unique",
                violation_error_message=_("You have a list with this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("mailing:list_detail", args=[self.pk])


class RecipientQuerySet(OwnedQuerySet):
    """Questions asked about recipients."""

    def active(self) -> Self:
        return self.filter(state=Recipient.State.ACTIVE)

    def not_suppressed(self) -> Self:
        """Leave out addresses that their owner, or everybody, may not write to."""
        return self.exclude(models.Exists(Suppression.objects.covering("owner_id", "email")))

    def search(self, text: str) -> Self:
        """Keep recipients whose address, name or last name begins with `text`.

        Beginnings are what an index finds among a million, without making an import much slower.
        """
        return self.alias(last_word=LastWord("full_name")).filter(
            models.Q(email__startswith=text.lower())
            | models.Q(full_name__istartswith=text)
            | models.Q(last_word__istartswith=text)
        )

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete, keeping the counts of what was sent and dropping the personal data in it."""
        from mailing.models.delivery import Delivery

        Delivery.objects.filter(recipient__in=self.order_by()).forget()
        return super().delete()


class Recipient(Owned):
    """Somebody whom an owner writes to."""

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("recipient", "active")
        UNSUBSCRIBED = "unsubscribed", pgettext_lazy("recipient", "unsubscribed")
        BOUNCED = "bounced", pgettext_lazy("recipient", "bounced")
        COMPLAINED = "complained", pgettext_lazy("recipient", "complained")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("owner"),
        editable=False,
        db_index=False,  # the other indexes begin with it
    )
    email = models.CharField(_("e-mail address"), max_length=254, validators=[validate_address])
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    lists = models.ManyToManyField(
        RecipientList, verbose_name=_("lists"), blank=True, related_name="recipients"
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.ACTIVE)
    consent_source = models.CharField(_("source of the consent"), max_length=200, blank=True)
    consent_wording = models.TextField(_("wording of the consent"), blank=True)
    consent_ip = models.GenericIPAddressField(
        _("address the consent came from"), null=True, blank=True
    )
    consent_at = models.DateTimeField(_("time of the consent"), null=True, blank=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ["email"]
        constraints = [
            # one index for being unique, order and beginnings: bytes in order, see its migration
            models.UniqueConstraint(
                fields=["owner", "email"],
                name="recipient_email_unique",
                violation_error_message=_("You have a recipient with this address already."),
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="recipient_email_lower"
            ),
        ]
        indexes = [
            # read backwards for the newest first: to the right of an index rows are added cheaply
            models.Index(fields=["owner", "created_at", "id"], name="recipient_by_age"),
            models.Index(fields=["owner", "full_name", "id"], name="recipient_by_name"),
            # the few in a state that is not the usual one; by name they are sorted when found
            models.Index(
                fields=["owner", "state", "-created_at", "-id"],
                name="recipient_not_active",
                condition=~models.Q(state="active"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} <{self.email}>" if self.full_name else self.email

    def clean(self) -> None:
        self.email = normalise_address(self.email)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = normalise_address(self.email)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        return type(self).objects.filter(pk=self.pk).delete()

    def get_absolute_url(self) -> str:
        return reverse("mailing:recipient_detail", args=[self.pk])

    @transaction.atomic
    def unsubscribe(self) -> None:
        """Never write to this address for this owner again; twice is the same as once."""
        Suppression.objects.get_or_create(
            owner_id=self.owner_id,
            email=self.email,
            defaults={"reason": Suppression.Reason.UNSUBSCRIBED},
        )
        type(self).objects.filter(pk=self.pk, state=self.State.ACTIVE).update(
            state=self.State.UNSUBSCRIBED
        )
        self.refresh_from_db(fields=["state"])
