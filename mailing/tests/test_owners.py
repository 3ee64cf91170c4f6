"""What happens to a message in use, and to everything of an owner who is deleted."""

import pytest
from django.db.models import RestrictedError

from accounts.models import User
from mailing.models import Delivery, Mailing, Recipient
from mailing.tests.factories import DeliveryFactory, MailingFactory

pytestmark = pytest.mark.django_db


def test_a_message_in_use_cannot_be_deleted(alice: User) -> None:
    mailing = MailingFactory.create(owner=alice)
    with pytest.raises(RestrictedError):
        mailing.message.delete()


def test_an_owner_is_deleted_with_everything_and_nobody_else_loses_anything(
    alice: User, bob: User
) -> None:
    DeliveryFactory.create(attempt__mailing__owner=alice)
    DeliveryFactory.create(attempt__mailing__owner=bob)
    alice.delete()

    assert Mailing.objects.get().owner == bob
    assert Recipient.objects.get().owner == bob
    assert Delivery.objects.count() == 1
