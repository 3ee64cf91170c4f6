"""What accounts tell the rest of the site."""

from django.dispatch import Signal

#: Sent inside the transaction that blocks a user. Arguments: user, by, reason.
user_blocked = Signal()

#: Sent inside the transaction that lifts a block. Arguments: user, by.
user_unblocked = Signal()
