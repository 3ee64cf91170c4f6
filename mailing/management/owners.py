"""Finds by name what commands work on, or says in a sentence that it does not exist."""

from django.core.management.base import CommandError

from accounts.models import User, normalise_email
from mailing.models import RecipientList


def find_owner(email: str) -> User:
    """Return the user with this address. Raises CommandError."""
    owner = User.objects.filter(email=normalise_email(email)).first()
    if owner is None:
        raise CommandError(f"There is no user with the address {email}.")
    if not owner.is_owner:
        raise CommandError(f"{email} is not an owner: managers have no recipients.")
    return owner


def find_list(owner: User, name: str) -> RecipientList | None:
    """Return the owner's list with this name, however it is capitalised."""
    return RecipientList.objects.owned_by(owner).filter(name__iexact=name.strip()).first()
