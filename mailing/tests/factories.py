"""Makes rows of the mailing module for tests: each alone is valid and has what it needs."""

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from secrets import token_hex
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.db.models import Model
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image

from accounts.tests.factories import UserFactory
from mailing.models import (
    Attachment,
    Attempt,
    Consent,
    Delivery,
    DomainLimit,
    Import,
    Mailing,
    Message,
    MessageVersion,
    OwnerLimit,
    Picture,
    Recipient,
    RecipientList,
    Segment,
    Sender,
    SubscriptionForm,
    SubscriptionRequest,
    Suppression,
    TrialLetter,
)
from mailing.models.subscription_request import LAPSES_AFTER


def _chosen(relation: str) -> factory.PostGeneration:
    """Set a many-to-many relation to the rows given to the factory under the relation's name."""

    def fill(row: Model, create: bool, chosen: Sequence[Model] | None, **kwargs: Any) -> None:
        if chosen:
            getattr(row, relation).set(chosen)

    return factory.PostGeneration(fill)


class RecipientListFactory(DjangoModelFactory[RecipientList]):
    class Meta:
        model = RecipientList
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"List {n}")

    recipients = _chosen("recipients")


class RecipientFactory(DjangoModelFactory[Recipient]):
    class Meta:
        model = Recipient
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory)
    email = factory.Sequence(lambda n: f"reader{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Reader {n}")

    lists = _chosen("lists")


class SegmentFactory(DjangoModelFactory[Segment]):
    """Recipients in Riga, unless other rules are given."""

    class Meta:
        model = Segment

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Segment {n}")
    rules = factory.LazyFunction(
        lambda: {
            "match": "all",
            "conditions": [{"kind": "attribute", "key": "city", "test": "is", "value": "Riga"}],
        }
    )


class MessageFactory(DjangoModelFactory[Message]):
    class Meta:
        model = Message

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Message {n}")
    subject = "News for {{ full_name|you }}"
    body_html = "<p>Hello {{ full_name|there }}.</p>"


class MessageVersionFactory(DjangoModelFactory[MessageVersion]):
    """What a message says now."""

    class Meta:
        model = MessageVersion

    message = factory.SubFactory(MessageFactory)
    name = factory.SelfAttribute("message.name")
    subject = factory.SelfAttribute("message.subject")
    body_html = factory.SelfAttribute("message.body_html")


class AttachmentFactory(DjangoModelFactory[Attachment]):
    """A file that nothing uses yet."""

    class Meta:
        model = Attachment

    owner = factory.SubFactory(UserFactory)
    name = "price list.pdf"
    content_type = "application/pdf"
    content = b"%PDF-1.7"
    size = factory.LazyAttribute(lambda file: len(file.content))


def _red_square() -> "ContentFile[bytes]":
    buffer = BytesIO()
    Image.new("RGB", (2, 2), "red").save(buffer, "JPEG")
    return ContentFile(buffer.getvalue(), name=f"{token_hex(16)}.jpg")


class PictureFactory(DjangoModelFactory[Picture]):
    """A picture in its owner's library; its file is a JPEG of four pixels."""

    class Meta:
        model = Picture

    owner = factory.SubFactory(UserFactory)
    alt = "A red square"
    width = height = 2
    size = 100

    file = factory.LazyFunction(_red_square)


class TrialLetterFactory(DjangoModelFactory[TrialLetter]):
    """A test letter that waits for a worker."""

    class Meta:
        model = TrialLetter

    owner = factory.SubFactory(UserFactory)
    message = factory.SubFactory(MessageFactory, owner=factory.SelfAttribute("..owner"))
    email = factory.SelfAttribute("owner.email")


class MailingFactory(DjangoModelFactory[Mailing]):
    """A draft for tomorrow; `lists`, `segments`, `recipients`, `excluded_lists` take rows."""

    class Meta:
        model = Mailing
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Mailing {n}")
    message = factory.SubFactory(MessageFactory, owner=factory.SelfAttribute("..owner"))
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))
    time_zone = "UTC"

    lists = _chosen("lists")
    segments = _chosen("segments")
    recipients = _chosen("recipients")
    excluded_lists = _chosen("excluded_lists")


class AttemptFactory(DjangoModelFactory[Attempt]):
    """A running attempt with the mailing's message frozen in it."""

    class Meta:
        model = Attempt

    mailing = factory.SubFactory(MailingFactory, status=Mailing.Status.RUNNING)
    occurrence = factory.LazyFunction(timezone.now)
    trigger = Attempt.Trigger.SCHEDULE
    give_up_at = factory.LazyAttribute(lambda attempt: attempt.occurrence + timedelta(days=3))
    subject = factory.SelfAttribute("mailing.message.subject")
    body_html = factory.SelfAttribute("mailing.message.body_html")
    body_text = factory.SelfAttribute("mailing.message.text")


class DeliveryFactory(DjangoModelFactory[Delivery]):
    """A letter that waits in the queue."""

    class Meta:
        model = Delivery

    attempt = factory.SubFactory(AttemptFactory)
    recipient = factory.SubFactory(
        RecipientFactory, owner=factory.SelfAttribute("..attempt.mailing.owner")
    )
    email = factory.SelfAttribute("recipient.email")
    full_name = factory.SelfAttribute("recipient.full_name")
    attributes = factory.SelfAttribute("recipient.attributes")


class SenderFactory(DjangoModelFactory[Sender]):
    class Meta:
        model = Sender

    attempt = factory.SubFactory(AttemptFactory)


class SuppressionFactory(DjangoModelFactory[Suppression]):
    class Meta:
        model = Suppression

    owner = factory.SubFactory(UserFactory)
    email = factory.Sequence(lambda n: f"no-more{n}@example.org")


class OwnerLimitFactory(DjangoModelFactory[OwnerLimit]):
    class Meta:
        model = OwnerLimit

    owner = factory.SubFactory(UserFactory)
    per_minute = 600


class DomainLimitFactory(DjangoModelFactory[DomainLimit]):
    class Meta:
        model = DomainLimit

    domain = factory.Sequence(lambda n: f"domain{n}.example")
    per_hour = 3600


class SubscriptionFormFactory(DjangoModelFactory[SubscriptionForm]):
    """An open form of a list."""

    class Meta:
        model = SubscriptionForm

    recipient_list = factory.SubFactory(RecipientListFactory)
    is_open = True
    public_name = factory.Sequence(lambda n: f"Letter {n}")
    wording = "I want to get this letter."


class SubscriptionRequestFactory(DjangoModelFactory[SubscriptionRequest]):
    """Somebody who has typed an address in a moment ago."""

    class Meta:
        model = SubscriptionRequest

    form = factory.SubFactory(SubscriptionFormFactory)
    email = factory.Sequence(lambda n: f"visitor{n}@example.org")
    language = "en"
    place = "/"
    wording = factory.SelfAttribute("form.wording")
    asked_at = factory.LazyFunction(timezone.now)
    asked_ip = "192.0.2.7"
    network = factory.SelfAttribute("asked_ip")
    lapses_at = factory.LazyAttribute(lambda request: request.asked_at + LAPSES_AFTER)
    letters = 1
    next_try_at = factory.SelfAttribute("asked_at")


class ConsentFactory(DjangoModelFactory[Consent]):
    """The evidence that a recipient asked for a list a minute ago and confirmed it just now."""

    class Meta:
        model = Consent

    recipient = factory.SubFactory(RecipientFactory)
    form = factory.SubFactory(
        SubscriptionFormFactory, recipient_list__owner=factory.SelfAttribute("...recipient.owner")
    )
    list_name = factory.SelfAttribute("form.public_name")
    source = "Form"
    wording = factory.SelfAttribute("form.wording")
    asked_at = factory.LazyAttribute(lambda consent: consent.given_at - timedelta(minutes=1))
    given_at = factory.LazyFunction(timezone.now)


class ImportFactory(DjangoModelFactory[Import]):
    """An import of a small file that waits for its start."""

    class Meta:
        model = Import

    owner = factory.SubFactory(UserFactory)
    file_name = "people.csv"
    status = Import.Status.CHECKED
    first_rows = [["email", "name"], ["ann@example.org", "Ann"]]
    roles = ["email", "full_name"]
    total = 1
    added = 1


class FinishedImportFactory(ImportFactory):
    """An import that has come in."""

    status = Import.Status.FINISHED
