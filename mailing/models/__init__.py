"""What the mailing module keeps."""

from mailing.models.attempt import Attempt
from mailing.models.delivery import Delivery
from mailing.models.heartbeat import Heartbeat
from mailing.models.limit import DomainLimit, OwnerLimit
from mailing.models.mailing import Mailing
from mailing.models.message import Message
from mailing.models.meter import MeterState
from mailing.models.owner_turn import OwnerTurn
from mailing.models.recipient import Recipient, RecipientList
from mailing.models.sender import Sender
from mailing.models.suppression import Suppression

__all__ = [
    "Attempt",
    "Delivery",
    "DomainLimit",
    "Heartbeat",
    "Mailing",
    "Message",
    "MeterState",
    "OwnerLimit",
    "OwnerTurn",
    "Recipient",
    "RecipientList",
    "Sender",
    "Suppression",
]
