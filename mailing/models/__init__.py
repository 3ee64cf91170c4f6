"""What the mailing module keeps."""

from mailing.models.attachment import Attachment
from mailing.models.attempt import Attempt
from mailing.models.change import RecipientChange
from mailing.models.consent import Consent
from mailing.models.delivery import Delivery
from mailing.models.figure import Figure, OwnerFigures, Reached, Tally
from mailing.models.heartbeat import Heartbeat
from mailing.models.importing import Import, ImportChange, ImportRow, ImportStep
from mailing.models.limit import DomainLimit, OwnerLimit
from mailing.models.mailing import Mailing
from mailing.models.message import Message
from mailing.models.message_version import MessageVersion
from mailing.models.meter import MeterState
from mailing.models.owner_turn import OwnerTurn
from mailing.models.picture import Picture
from mailing.models.recipient import Recipient, RecipientList
from mailing.models.segment import Segment
from mailing.models.sender import Sender
from mailing.models.subscription_form import SubscriptionForm
from mailing.models.subscription_request import SubscriptionRequest
from mailing.models.suppression import Suppression
from mailing.models.trial_letter import TrialLetter

__all__ = [
    "Attachment",
    "Attempt",
    "Consent",
    "Delivery",
    "DomainLimit",
    "Figure",
    "Heartbeat",
    "Import",
    "ImportChange",
    "ImportRow",
    "ImportStep",
    "Mailing",
    "Message",
    "MessageVersion",
    "MeterState",
    "OwnerFigures",
    "OwnerLimit",
    "OwnerTurn",
    "Picture",
    "Reached",
    "Recipient",
    "RecipientChange",
    "RecipientList",
    "Segment",
    "Sender",
    "SubscriptionForm",
    "SubscriptionRequest",
    "Suppression",
    "Tally",
    "TrialLetter",
]
