"""Makes rows of the mailing module for tests: each alone is valid and has what it needs."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import factory
from django.db.models import Model
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.tests.factories import UserFactory
from mailing.models import (
    Attempt,
    Delivery,
    DomainLimit,
    Mailing,
    Message,
    OwnerLimit,
    Recipient,
    RecipientList,
    Sender,
    Suppression,
)


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


class MessageFactory(DjangoModelFactory[Message]):
    class Meta:
        model = Message

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Message {n}")
    subject = "News for {{ full_name|you }}"
    body_html = "<p>Hello {{ full_name|there }}.</p>"


class MailingFactory(DjangoModelFactory[Mailing]):
    """A draft for tomorrow; `lists`, `recipients` and `excluded_lists` take rows."""

    class Meta:
        model = Mailing
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Mailing {n}")
    message = factory.SubFactory(MessageFactory, owner=factory.SelfAttribute("..owner"))
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))
    time_zone = "UTC"

    lists = _chosen("lists")
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
