"""Keeps allauth's table of confirmed addresses in step with the users."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User, normalise_email


@transaction.atomic
def confirm_address(user: User) -> None:
    """Make the user's address the only one and confirmed: an administrator vouches for it."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


def is_confirmed(user: User) -> bool:
    """Tell whether the user has proved to own the address."""
    return bool(EmailAddress.objects.filter(user=user, verified=True).exists())


def confirmed_address(user: User) -> str:
    """Return the address that the user has proved to own, or nothing."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    return addresses.values_list("email", flat=True).first() or ""


def with_confirmation(users: QuerySet[User]) -> QuerySet[User]:
    """Add `confirmed` to each user: whether the address has been confirmed."""
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return users.annotate(confirmed=Exists(addresses))


def user_with_address(email: str) -> User | None:
    """Return whose address it is; not who is only about to change to it."""
    return User.objects.filter(email=normalise_email(email)).first()


def release_address(email: str, new_owner: User) -> bool:
    """Free an address for `new_owner`, who proved to own it; tell whether it is free.

    Somebody may have signed up with it and never confirmed. Such a user could never log in and
    has nothing, so it goes.
    """
    holder = User.objects.filter(email=normalise_email(email)).exclude(pk=new_owner.pk).first()
    if holder is None:
        return True
    if holder.last_login or holder.is_staff or holder.is_superuser or is_confirmed(holder):
        return False
    holder.delete()
    return True
