"""What people did to the data of others. Rows are only ever added."""

from contextvars import ContextVar
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.user import User

#: The address from which the request comes that is being answered; empty outside of requests.
client_address: ContextVar[str] = ContextVar("client_address", default="")

#: How far names are kept.
MAX_NAME = 300
#: Where the owner of a row is found, in this order.
WAYS_TO_THE_OWNER = ("owner", "user", "mailing", "attempt")


class Act(models.TextChoices):
    """What was done."""

    BLOCK = "block", pgettext_lazy("act", "blocked")
    UNBLOCK = "unblock", pgettext_lazy("act", "unblocked")
    DISABLE = "disable", pgettext_lazy("act", "disabled")
    ENABLE = "enable", pgettext_lazy("act", "enabled")
    ADD = "add", pgettext_lazy("act", "added")
    CHANGE = "change", pgettext_lazy("act", "changed")
    DELETE = "delete", pgettext_lazy("act", "deleted")


#: Badges of other states that mean the same.
BADGES: dict[str, str] = {
    Act.BLOCK: "blocked",
    Act.DISABLE: "disabled",
    Act.UNBLOCK: "active",
    Act.ENABLE: "active",
}


class Permanent(Exception):
    """An entry was to be changed or deleted."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Entries, which nobody changes or deletes."""

    def update(self, **values: Any) -> int:
        raise Permanent

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Permanent

    def blocks_of(self, user: User) -> "AuditQuerySet":
        """Keep when `user` was blocked and unblocked."""
        return self.filter(owner=user, act__in=[Act.BLOCK, Act.UNBLOCK])


class AuditEntry(models.Model):
    """Somebody did something to the data of somebody else.

    Names are kept beside the keys, since what they belong to may be deleted.
    """

    Act = Act

    created_at = models.DateTimeField(_("time"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who did it"),
    )
    actor_name = models.CharField(_("who did it"), max_length=254, blank=True)
    act = models.CharField(_("act"), max_length=10, choices=Act.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("whose data"),
    )
    owner_name = models.CharField(_("whose data"), max_length=254, blank=True)
    kind = models.CharField(_("kind"), max_length=100)
    object_key = models.CharField(_("number"), max_length=64)
    object_name = models.CharField(_("name"), max_length=MAX_NAME)
    reason = models.TextField(_("reason"), blank=True)
    details = models.TextField(_("details"), blank=True)
    address = models.CharField(_("network address"), max_length=64, blank=True)

    objects: ClassVar[Any] = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering = ["-created_at", "-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="audit_by_time"),
            models.Index(fields=["owner", "-created_at"], name="audit_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.get_act_display()} {self.object_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise Permanent
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Permanent

    @classmethod
    def record(
        cls, actor: User | None, act: str, thing: models.Model, reason: str = "", details: str = ""
    ) -> "AuditEntry":
        """Write down what `actor` did to `thing`; call it in the transaction that does it."""
        owner = owner_of(thing)
        entry: AuditEntry = cls.objects.create(
            actor=actor,
            actor_name=actor.email if actor else "",
            act=act,
            owner=owner,
            owner_name=owner.email if owner else "",
            kind=thing._meta.label_lower,
            object_key=str(thing.pk),
            object_name=str(thing)[:MAX_NAME],
            reason=reason,
            details=details,
            address=client_address.get(),
        )
        return entry

    @property
    def badge(self) -> str:
        """Which badge the act has."""
        return BADGES.get(self.act, self.act)

    @property
    def kind_name(self) -> str | Promise:
        """What kind of thing it was, in words."""
        try:
            return apps.get_model(self.kind)._meta.verbose_name or self.kind
        except LookupError:
            return self.kind


def owner_of(thing: Any) -> User | None:
    """Return whose `thing` is; nobody's when it concerns everybody."""
    if thing is None or isinstance(thing, User):
        return thing
    way = next((name for name in WAYS_TO_THE_OWNER if hasattr(thing, name)), None)
    return owner_of(getattr(thing, way)) if way else None
