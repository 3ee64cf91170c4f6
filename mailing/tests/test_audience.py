"""Who a mailing goes to: lists and single recipients, each once, minus exclusions."""

import pytest

from accounts.models import User
from mailing.models import Mailing, Recipient, Suppression
from mailing.tests.factories import MailingFactory, RecipientFactory, RecipientListFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def readers(alice: User) -> dict[str, Recipient]:
    names = ("ann", "ben", "cora", "dan", "eve")
    return {
        name: RecipientFactory.create(owner=alice, email=f"{name}@example.org") for name in names
    }


def listed(owner: User, *recipients: Recipient) -> dict[str, object]:
    return {"lists": [RecipientListFactory.create(owner=owner, recipients=recipients)]}


def names(mailing: Mailing) -> list[str]:
    return sorted(address.partition("@")[0] for address in emails(mailing))


def emails(mailing: Mailing) -> list[str]:
    return list(mailing.audience().values_list("email", flat=True))


def test_who_is_on_two_lists_and_chosen_singly_is_there_once(
    alice: User, readers: dict[str, Recipient]
) -> None:
    lists = [
        RecipientListFactory.create(owner=alice, recipients=[readers["ann"], readers["ben"]]),
        RecipientListFactory.create(owner=alice, recipients=[readers["ann"], readers["cora"]]),
    ]
    mailing = MailingFactory.create(
        owner=alice, lists=lists, recipients=[readers["ann"], readers["dan"]]
    )
    assert names(mailing) == ["ann", "ben", "cora", "dan"]


def test_single_recipients_alone_are_enough(alice: User, readers: dict[str, Recipient]) -> None:
    mailing = MailingFactory.create(owner=alice, recipients=[readers["eve"]])
    assert names(mailing) == ["eve"]


def test_without_anybody_chosen_it_goes_to_nobody(
    alice: User, readers: dict[str, Recipient]
) -> None:
    assert names(MailingFactory.create(owner=alice)) == []


def test_excluded_lists_win_over_everything(alice: User, readers: dict[str, Recipient]) -> None:
    left_out = RecipientListFactory.create(owner=alice, recipients=[readers["ann"], readers["dan"]])
    mailing = MailingFactory.create(
        owner=alice,
        recipients=[readers["dan"]],
        excluded_lists=[left_out],
        **listed(alice, readers["ann"], readers["ben"]),
    )
    assert names(mailing) == ["ben"]


@pytest.mark.parametrize("state", ["unsubscribed", "bounced", "complained"])
def test_only_active_recipients_count(
    alice: User, readers: dict[str, Recipient], state: str
) -> None:
    Recipient.objects.filter(pk=readers["ann"].pk).update(state=state)
    mailing = MailingFactory.create(owner=alice, **listed(alice, readers["ann"], readers["ben"]))
    assert names(mailing) == ["ben"]


def test_suppressions_of_the_owner_and_of_everybody_count_and_others_do_not(
    alice: User, bob: User, readers: dict[str, Recipient]
) -> None:
    Suppression.objects.create(owner=alice, email="ann@example.org")
    Suppression.objects.create(owner=None, email="ben@example.org")
    Suppression.objects.create(owner=bob, email="cora@example.org")
    everybody = listed(alice, *readers.values())
    assert names(MailingFactory.create(owner=alice, **everybody)) == ["cora", "dan", "eve"]


def test_nobody_of_another_owner_is_ever_in_it(
    alice: User, bob: User, readers: dict[str, Recipient]
) -> None:
    stranger = RecipientFactory.create(owner=bob)
    mailing = MailingFactory.create(
        owner=alice, recipients=[stranger], **listed(alice, stranger, readers["ann"])
    )
    assert names(mailing) == ["ann"]
