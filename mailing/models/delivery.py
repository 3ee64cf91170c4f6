"""One letter to one recipient."""

from datetime import datetime
from typing import Self

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mailing.models.recipient import Recipient


class State(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("delivery", "waiting")
    CLAIMED = "claimed", pgettext_lazy("delivery", "taken up")
    HANDED_OVER = "handed_over", pgettext_lazy("delivery", "handed over")
    SENT = "sent", pgettext_lazy("delivery", "sent")
    FAILED = "failed", pgettext_lazy("delivery", "failed")
    SKIPPED = "skipped", pgettext_lazy("delivery", "skipped")
    UNCERTAIN = "uncertain", pgettext_lazy("delivery", "uncertain")
    DRY_RUN = "dry_run", pgettext_lazy("delivery", "dry run")


#: States in which a letter has no result yet.
OPEN_STATES = (State.QUEUED, State.CLAIMED, State.HANDED_OVER)
#: States in which a letter surely did not leave.
NOT_REACHED = (State.FAILED, State.SKIPPED)
#: States in which a letter bears the token of a sender.
IN_HAND = (State.CLAIMED, State.HANDED_OVER)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Questions asked about deliveries."""

    def claimable(self, now: datetime) -> Self:
        return self.filter(state=State.QUEUED, next_try_at__lte=now)

    def uncertain(self) -> Self:
        return self.filter(state=State.UNCERTAIN)

    def because(self, reason: str) -> Self:
        """Keep letters with a reason; the state that goes with it is what the index is read by."""
        return self.filter(reason=reason, state=STATE_OF[Delivery.Reason(reason)])

    def addressed(self, text: str, anywhere: bool) -> Self:
        """Keep letters whose address begins with `text`, or holds it anywhere."""
        wanted = text.lower()
        if anywhere:
            return self.filter(email__contains=wanted)
        if connection.vendor == "postgresql":
            # what is left out here is left out of the index, which is used only when that is said
            return self.exclude(email="").filter(email__startswith=wanted)
        return self.filter(email__gte=wanted, email__lt=f"{wanted}\U0010ffff")

    def numbers_by_reason(self) -> list[tuple[str, str, int]]:
        """Return how many letters there are of each state and reason, most first."""
        with_reason = self.exclude(reason="").order_by().values_list("state", "reason")
        return list(with_reason.annotate(number=models.Count("pk")).order_by("-number", "reason"))

    def forget(self) -> int:
        """Drop the personal data, keeping the counts; letters not yet handed over stay unsent."""
        # answers of mail servers repeat the address
        return self.update(email="", full_name="", attributes={}, smtp_reply="", recipient=None)


class Delivery(models.Model):
    """One letter of an attempt, to one recipient: the ledger of who got what."""

    State = State

    class Reason(models.TextChoices):
        """Why a letter was not sent."""

        UNSUBSCRIBED = "unsubscribed", _("the recipient has unsubscribed")
        SUPPRESSED = "suppressed", _("the address is suppressed")
        INACTIVE = "inactive", _("the recipient is no longer active")
        DELETED = "deleted", _("the recipient was deleted")
        STOPPED = "stopped", _("the mailing was stopped")
        DISABLED = "disabled", _("the mailing was disabled by a manager")
        OWNER_BLOCKED = "owner_blocked", _("the owner was blocked")
        ENDED = "ended", _("the mailing's end came first")
        REFUSED = "refused", _("refused by the mail server")
        GAVE_UP = "gave_up", _("refused for too long")
        NOT_COMPOSED = "not_composed", _("the letter could not be composed")
        NO_ANSWER = "no_answer", _("no answer after the letter was handed over")
        VOUCHED = "vouched", _("the owner marked it as sent")
        SENDER_DIED = "sender_died", _("the sending process died after the letter was handed over")

    attempt = models.ForeignKey(
        "mailing.Attempt",
        models.CASCADE,
        related_name="deliveries",
        db_index=False,
        verbose_name=_("attempt"),
    )
    recipient = models.ForeignKey(
        Recipient,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("recipient"),
    )
    email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=11, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    smtp_code = models.PositiveSmallIntegerField(_("answer code"), null=True, blank=True)
    smtp_reply = models.TextField(_("answer of the mail server"), blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    sent_again = models.BooleanField(_("sent again"), default=False, editable=False)
    message_id = models.CharField(_("Message-ID"), max_length=255, blank=True)
    token = models.BigIntegerField(null=True, blank=True, editable=False)
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "email"],
                name="delivery_unique",
                condition=~models.Q(email=""),
                # so that the beginnings of addresses are found by it, too
                opclasses=["int8_ops", "varchar_pattern_ops"],
            ),
        ]
        indexes = [
            models.Index(fields=["attempt", "id"], name="delivery_of_attempt"),
            models.Index(
                fields=["attempt", "next_try_at", "id"],
                name="delivery_queued",
                condition=models.Q(state="queued"),
            ),
            models.Index(
                fields=["token"],
                name="delivery_in_hand",
                condition=models.Q(state__in=["claimed", "handed_over"]),
            ),
            models.Index(
                fields=["attempt", "state", "id"],
                name="delivery_not_sent",
                condition=models.Q(state__in=["failed", "skipped", "uncertain"]),
            ),
            models.Index(
                fields=["attempt", "reason", "state", "id"],
                name="delivery_by_reason",
                condition=~models.Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_state_display()}"


#: The state that goes with each reason.
STATE_OF: dict[Delivery.Reason, State] = {
    **dict.fromkeys(
        (
            Delivery.Reason.UNSUBSCRIBED,
            Delivery.Reason.SUPPRESSED,
            Delivery.Reason.INACTIVE,
            Delivery.Reason.DELETED,
            Delivery.Reason.STOPPED,
            Delivery.Reason.DISABLED,
            Delivery.Reason.OWNER_BLOCKED,
            Delivery.Reason.ENDED,
        ),
        State.SKIPPED,
    ),
    **dict.fromkeys(
        (Delivery.Reason.REFUSED, Delivery.Reason.GAVE_UP, Delivery.Reason.NOT_COMPOSED),
        State.FAILED,
    ),
    Delivery.Reason.NO_ANSWER: State.UNCERTAIN,
    Delivery.Reason.SENDER_DIED: State.UNCERTAIN,
    Delivery.Reason.VOUCHED: State.SENT,
}
