"""People who asked for a list and have not confirmed it yet."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Outgoing, OutgoingQuerySet
from mailing.models.consent import Consent
from mailing.models.recipient import Recipient, RecipientQuerySet
from mailing.models.subscription_form import SubscriptionForm
from mailing.models.suppression import Suppression

#: The link in the letter works for so long; then nothing is left of the request.
LAPSES_AFTER = timedelta(hours=48)
#: Time before another letter goes to the same address for the same list, and the most of them.
PAUSE = timedelta(minutes=10)
MOST_LETTERS = 3
#: Lists that one address is asked to confirm, and addresses that one network may name.
MOST_LISTS = 5
MOST_FROM_A_NETWORK = 20
NETWORK_WINDOW = timedelta(hours=1)

State = Recipient.State
#: States that a consent does not end: the mailbox, or whoever reads it, refused letters.
REFUSED = (State.BOUNCED, State.COMPLAINED)


class SubscriptionRequestQuerySet(OutgoingQuerySet["SubscriptionRequest"]):
    """Questions asked about requests."""

    def lapsed(self) -> Self:
        return self.filter(lapses_at__lte=timezone.now())

    def waiting(self) -> Self:
        """Keep requests of people who are not on the list and may still confirm."""
        return self.filter(confirmed_at=None, is_known=False, lapses_at__gt=timezone.now())

    def due(self, now: datetime) -> Self:
        return super().due(now).filter(lapses_at__gt=now)

    def is_busy(self, network: str) -> bool:
        """Whether somewhere too many different addresses were named lately."""
        since = timezone.now() - NETWORK_WINDOW
        return self.filter(network=network, asked_at__gt=since).count() >= MOST_FROM_A_NETWORK

    def is_asked_enough(self, email: str) -> bool:
        """Whether an address is asked to confirm as many lists as it may be."""
        return self.filter(email=email).count() >= MOST_LISTS

    def ask(self, form: SubscriptionForm, email: str, **evidence: object) -> bool:
        """Note that somebody asks for a list; return whether a letter is due.

        Nothing is looked up among recipients, so it takes the same time whoever asks.
        """
        now = timezone.now()
        fresh = {
            **evidence,
            "asked_at": now,
            "lapses_at": now + LAPSES_AFTER,
            "next_try_at": now,
            "confirmed_at": None,
            "is_known": False,
            "tries": 0,
        }
        known = self.filter(form=form, email=email)
        known.lapsed().delete()
        again = known.filter(asked_at__lte=now - PAUSE, letters__lt=MOST_LETTERS)
        if again.update(**fresh, letters=F("letters") + 1):
            return True
        if known.exists() or self.is_asked_enough(email):
            return False
        _request, made = self.get_or_create(
            form=form, email=email, defaults={**fresh, "letters": 1}
        )
        return made


class SubscriptionRequest(Outgoing):
    """An address typed into a form, kept until it is confirmed or two days have passed."""

    form = models.ForeignKey(
        SubscriptionForm, models.CASCADE, related_name="requests", verbose_name=_("form")
    )
    email = models.CharField(_("e-mail address"), max_length=254, db_index=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    place = models.CharField(_("page the form stood on"), max_length=150, blank=True)
    wording = models.TextField(_("wording of the consent"))
    asked_at = models.DateTimeField(_("asked"))
    asked_ip = models.GenericIPAddressField(_("address it was asked from"), null=True)
    network = models.CharField(_("network it was asked from"), max_length=50)
    lapses_at = models.DateTimeField(_("lapses"), db_index=True)
    letters = models.PositiveSmallIntegerField(_("letters"), default=0)
    is_known = models.BooleanField(_("was on the list already"), default=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)

    objects = SubscriptionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription request")
        verbose_name_plural = _("subscription requests")
        constraints = [
            models.UniqueConstraint(fields=["form", "email"], name="subscription_asked_once"),
        ]
        indexes = [
            models.Index(fields=["network", "asked_at"], name="subscription_by_network"),
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(next_try_at__isnull=False),
                name="subscription_letter_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.form}"

    @property
    def recipients(self) -> RecipientQuerySet:
        """The owner's recipient with this address, if there is one."""
        mine: RecipientQuerySet = Recipient.objects.filter(owner=self.form.owner, email=self.email)
        return mine

    def may_not_be_written_to(self) -> bool:
        """Whether the address is suppressed for more than having unsubscribed from this owner."""
        against = Suppression.objects.against(self.form.owner, self.email)
        return (
            against.exclude(owner=self.form.owner, reason=Suppression.Reason.UNSUBSCRIBED).exists()
            or self.recipients.filter(state__in=REFUSED).exists()
        )

    def is_on_the_list(self) -> bool:
        """Whether the address gets the letters of this list already."""
        listed = self.recipients.active().filter(lists=self.form.recipient_list)
        return bool(listed.not_suppressed().exists())

    @transaction.atomic
    def confirm(self, ip: str | None) -> bool:
        """Put the address on the list, with the evidence; once, however often it is called."""
        now = timezone.now()
        unused = type(self).objects.filter(pk=self.pk, confirmed_at=None, lapses_at__gt=now)
        if not unused.update(confirmed_at=now, next_try_at=None):
            return False
        self.refresh_from_db()
        owner = self.form.owner
        recipient, _made = Recipient.objects.get_or_create(owner=owner, email=self.email)
        self._lift_opt_out(recipient)
        recipient.lists.add(self.form.recipient_list)
        self._keep_evidence(recipient, now, ip)
        return True

    def _lift_opt_out(self, recipient: Recipient) -> None:
        """End an unsubscription from this owner: the same person has asked anew, and proved it."""
        Suppression.objects.filter(
            owner=self.form.owner, email=self.email, reason=Suppression.Reason.UNSUBSCRIBED
        ).delete()
        Recipient.objects.filter(pk=recipient.pk, state=State.UNSUBSCRIBED).update(
            state=State.ACTIVE
        )

    def _keep_evidence(self, recipient: Recipient, now: datetime, ip: str | None) -> None:
        Consent.objects.create(
            recipient=recipient,
            form=self.form,
            list_name=self.form.public_name,
            source=self._source(),
            wording=self.wording,
            asked_at=self.asked_at,
            asked_ip=self.asked_ip,
            given_at=now,
            given_ip=ip,
        )

    def _source(self) -> str:
        """Say where the address came from, in the owner's language."""
        with translation.override(self.form.owner.language or settings.LANGUAGE_CODE):
            text = (
                gettext("Form “%(name)s”, %(place)s") if self.place else gettext("Form “%(name)s”")
            )
            return (text % {"name": self.form.public_name, "place": self.place})[:200]
