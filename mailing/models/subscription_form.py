"""Lists that people may put themselves on."""

import re
import secrets
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mailing.models.recipient import RecipientList

#: Characters that end a line, are not seen, or turn the direction of writing round.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)


def new_token() -> str:
    """Return 96 random bits as they stand in the address of a form."""
    return secrets.token_urlsafe(12)


def validate_public_name(name: str) -> None:
    """Raise ValidationError for what could break a header, or lures with an address.

    The name stands in the subject of letters to people who have not agreed to anything yet.
    """
    if _UNSEEN.search(name):
        raise ValidationError(_("Write the name on one line, in characters that can be seen."))
    if _ADDRESS.search(name):
        raise ValidationError(_("Write a name without an address of a page in it."))


class SubscriptionFormQuerySet(models.QuerySet["SubscriptionForm"]):
    """Questions asked about forms."""

    def accepting(self) -> Self:
        """Keep forms that take addresses now."""
        return self.filter(is_open=True, recipient_list__owner__is_active=True)

    def for_site(self) -> Self:
        """Keep forms that content managers may put on pages, open or not.

        Those are of administrators' lists, and of lists that an administrator has released: what
        an owner calls a list is nobody else's to see before.
        """
        return self.filter(
            models.Q(is_released=True) | models.Q(recipient_list__owner__is_superuser=True)
        )

    def of_owner(self, owner_id: int) -> Self:
        return self.filter(recipient_list__owner=owner_id)


class SubscriptionForm(models.Model):
    """The public form of a list. Its address holds the token and nothing about the list."""

    recipient_list = models.OneToOneField(
        RecipientList, models.CASCADE, related_name="form", verbose_name=_("list"), editable=False
    )
    token = models.CharField(_("token"), max_length=24, unique=True, default=new_token)
    is_open = models.BooleanField(_("people may subscribe to this list themselves"), default=False)
    public_name = models.CharField(
        _("public name"), max_length=100, validators=[validate_public_name]
    )
    wording = models.TextField(_("wording of the consent"), max_length=1000)
    thanks = models.TextField(_("thanks after confirming"), max_length=1000, blank=True)
    go_on_url = models.CharField(
        _("page to go on to"),
        max_length=500,
        blank=True,
        validators=[
            URLValidator(
                schemes=["http", "https"],
                message=_("Write the whole address of a page: https://example.org/welcome."),
            )
        ],
    )
    is_released = models.BooleanField(
        _("content managers may put it on pages"),
        default=False,
        help_text=_("They will see its public name. Forms of administrators need no release."),
    )

    objects = SubscriptionFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription form")
        verbose_name_plural = _("subscription forms")
        ordering = ["public_name", "pk"]

    def __str__(self) -> str:
        return self.public_name

    def get_absolute_url(self) -> str:
        return reverse("letters:subscribe", args=[self.token])

    @property
    def public_url(self) -> str:
        """The whole address, for links on other sites."""
        return f"{settings.SITE_URL}{self.get_absolute_url()}"

    @property
    def owner(self) -> User:
        return self.recipient_list.owner

    @property
    def is_accepting(self) -> bool:
        """Whether the form takes addresses now."""
        return self.is_open and self.owner.is_active

    @property
    def go_on_host(self) -> str:
        """Where the link after the thanks leads, in short."""
        return urlsplit(self.go_on_url).hostname or ""

    @property
    def mark(self) -> str:
        """What the form shows, in short: another one when its wording was changed."""
        shown = f"{self.public_name}\n{self.wording}"
        digest = salted_hmac("mailing.subscription_form", shown, algorithm="sha256").hexdigest()
        return f"{self.token}.{digest[:16]}"
