"""What the mailing module keeps."""

from mailing.models.attempt import Attempt
from mailing.models.delivery import Delivery
from mailing.models.heartbeat import Heartbeat
from mailing.models.mailing import Mailing
from mailing.models.message import Message
from mailing.models.recipient import Recipient, RecipientList
from mailing.models.sender import Sender
from mailing.models.suppression import Suppression

__all__ = [
    "Attempt",
    "Delivery",
    "Heartbeat",
    "Mailing",
    "Message",
    "Recipient",
    "RecipientList",
    "Sender",
    "Suppression",
]
