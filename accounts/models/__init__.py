"""Users, what was done to them and their data, and what they are told."""

from accounts.models.audit import AuditEntry
from accounts.models.letter import Letter
from accounts.models.notice import Notice
from accounts.models.outgoing import Outgoing, OutgoingQuerySet
from accounts.models.user import (
    User,
    UserManager,
    default_time_zone,
    normalise_email,
    validate_time_zone,
)

__all__ = [
    "AuditEntry",
    "Letter",
    "Notice",
    "Outgoing",
    "OutgoingQuerySet",
    "User",
    "UserManager",
    "default_time_zone",
    "normalise_email",
    "validate_time_zone",
]
