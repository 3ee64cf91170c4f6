"""Links sent by mail: they work while the user is active and their sessions were not ended."""

from allauth.account import app_settings
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing

from accounts.models import User

SALT = "accounts.links.confirmation"


class ResetTokenGenerator(PasswordResetTokenGenerator):
    """Makes the token of a link that resets a password."""

    def check_token(self, user: User | None, token: str | None) -> bool:
        return user is not None and user.is_active and super().check_token(user, token)

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}:{user.session_epoch}"


def confirmation_key(address: EmailAddress) -> str:
    """Return the key of a link that confirms `address`."""
    return signing.dumps([address.pk, address.user.session_epoch], salt=SALT)


def confirmation_from_key(key: str) -> EmailConfirmationHMAC | None:
    """Return what the key confirms, or None if it is wrong, used, too old or revoked."""
    max_age = 24 * 60 * 60 * app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS
    try:
        pk, epoch = signing.loads(key, salt=SALT, max_age=max_age)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    address = (
        EmailAddress.objects.select_related("user")
        .filter(pk=pk, verified=False, user__is_active=True, user__session_epoch=epoch)
        .first()
    )
    return EmailConfirmationHMAC(address) if address else None
