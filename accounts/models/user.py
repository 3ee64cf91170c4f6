"""The user."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.signals import user_blocked, user_unblocked
from accounts.time_zones import time_zone_names


def normalise_email(email: str) -> str:
    """Return the one spelling under which an address is kept and looked up."""
    return email.strip().lower()


def default_time_zone() -> str:
    """Return the installation's time zone."""
    return str(settings.TIME_ZONE)


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a key of the IANA time zone database."""
    if name not in time_zone_names():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


class UserQuerySet(models.QuerySet["User"]):
    """Rows of users."""

    def update(self, **values: Any) -> int:
        """Update rows; switching users off ends their sessions, as `User.save` does."""
        if values.get("is_active") is False:
            values.setdefault("session_epoch", models.F("session_epoch") + 1)
        return super().update(**values)

    def in_role(self, role: str) -> Self:
        """Keep users who are this: a key of `roles.ROLES`. Each user has one role."""
        if role == roles.ADMINISTRATOR:
            return self.filter(is_superuser=True)
        others = self.filter(is_superuser=False)
        if role == roles.OWNER:
            return others.exclude(groups__name__in=roles.GROUPS.values())
        return others.filter(groups__name=roles.GROUPS[role])


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalise_email(username or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user; without a password none can log in with one."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """A person with an account, known by e-mail address."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    avatar = models.ImageField(_("picture"), upload_to="avatars/", blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, blank=True
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=default_time_zone, validators=[validate_time_zone]
    )
    blocked_at = models.DateTimeField(_("blocked at"), null=True, blank=True, editable=False)
    blocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("blocked by"),
    )
    blocked_reason = models.TextField(_("reason of the block"), blank=True, editable=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    # spares every page the question for notices, which hardly anybody has
    has_notices = models.BooleanField(_("has notices"), default=False, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]
        indexes = [models.Index(fields=["date_joined", "id"], name="user_joined")]
        permissions = [("block_user", "Can block and unblock users")]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("A user with this e-mail address exists already."),
            ),
            models.CheckConstraint(
                name="blocked_user_is_inactive",
                condition=models.Q(blocked_at__isnull=True) | models.Q(is_active=False),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = normalise_email(self.email)
        fields = kwargs.get("update_fields")
        if not self.is_active and (fields is None or "is_active" in fields):
            self.end_sessions()
            if fields is not None:
                kwargs["update_fields"] = {*fields, "session_epoch"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.email = normalise_email(self.email)
        if self.is_blocked and self.is_active:
            raise ValidationError(
                _("This user is blocked. Lift the block in the dashboard's list of users first.")
            )

    def end_sessions(self) -> None:
        """Make every session and every link sent by mail worthless, once saved."""
        self.session_epoch += 1

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0] or self.email

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Tie sessions to the password and to `session_epoch`, which ends them all when raised."""
        value = f"{self.password}:{self.session_epoch}"
        salt = "accounts.models.User.get_session_auth_hash"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    @cached_property
    def group_names(self) -> set[str]:
        return {group.name for group in self.groups.all()}

    @property
    def is_manager(self) -> bool:
        """Whether this user looks over everybody's mailings and edits none."""
        return not self.is_superuser and roles.MANAGERS in self.group_names

    @property
    def is_content_manager(self) -> bool:
        """Whether this user writes the public site and sees no mailings."""
        return not self.is_superuser and roles.CONTENT_MANAGERS in self.group_names

    @property
    def is_owner(self) -> bool:
        """Whether this user has recipients, messages and mailings of their own."""
        return not (self.is_manager or self.is_content_manager)

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None

    def may_block(self, other: "User") -> bool:
        """Whether this user may block or unblock `other`: never a colleague or oneself."""
        if not self.has_perm("accounts.block_user") or other == self or other.is_superuser:
            return False
        return self.is_superuser or not (other.is_manager or other.is_staff)

    @transaction.atomic
    def block(self, by: "User | None", reason: str) -> bool:
        """End this user's sessions, refuse new ones and tell who stops the mailings.

        Returns False, and leaves all as it is, when somebody else was quicker.
        """
        if self._lock().is_blocked:
            return False
        self.blocked_at, self.blocked_by, self.blocked_reason = timezone.now(), by, reason
        self.is_active = False
        self.save(update_fields=["blocked_at", "blocked_by", "blocked_reason", "is_active"])
        user_blocked.send(type(self), user=self, by=by, reason=reason)
        return True

    @transaction.atomic
    def unblock(self, by: "User | None") -> bool:
        """Let this user log in again; nothing that was stopped starts by itself.

        Returns False when somebody else was quicker.
        """
        if not self._lock().is_blocked and self.is_active:
            return False
        self.blocked_at, self.blocked_by, self.blocked_reason = None, None, ""
        self.is_active = True
        self.save(update_fields=["blocked_at", "blocked_by", "blocked_reason", "is_active"])
        user_unblocked.send(type(self), user=self, by=by)
        return True

    def _lock(self) -> "User":
        """Let nobody else block or unblock this user until the transaction ends."""
        return User.objects.select_for_update().get(pk=self.pk)
