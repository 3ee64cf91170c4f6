"""Recipients choose what they get, on a page that their letters lead to."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from mailing import links
from mailing.models import Recipient, RecipientList, SubscriptionForm, Suppression
from mailing.tests.factories import (
    DeliveryFactory,
    RecipientFactory,
    RecipientListFactory,
    SubscriptionFormFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def news(alice: User) -> SubscriptionForm:
    return SubscriptionFormFactory.create(recipient_list__owner=alice, public_name="News")


@pytest.fixture
def offers(alice: User) -> SubscriptionForm:
    return SubscriptionFormFactory.create(recipient_list__owner=alice, public_name="Offers")


@pytest.fixture
def inner(alice: User) -> RecipientList:
    return RecipientListFactory.create(owner=alice, name="Bad payers")


@pytest.fixture
def ann(alice: User, news: SubscriptionForm, inner: RecipientList) -> Recipient:
    return RecipientFactory.create(
        owner=alice, email="ann@example.org", lists=[news.recipient_list, inner]
    )


def path(recipient: Recipient) -> str:
    return links.preferences_url(recipient.pk).removeprefix(settings.SITE_URL)


def lists_of(recipient: Recipient) -> set[int]:
    return set(recipient.lists.values_list("pk", flat=True))


def test_the_page_shows_open_lists_by_their_public_names(
    visitor: Client, ann: Recipient, offers: SubscriptionForm, bob: User
) -> None:
    SubscriptionFormFactory.create(recipient_list__owner=bob, public_name="Bob's letter")
    SubscriptionFormFactory.create(
        recipient_list__owner=ann.owner, public_name="Closed letter", is_open=False
    )

    response = visitor.get(path(ann))

    page = response.content.decode()
    assert "News" in page
    assert "Offers" in page
    assert page.count("checked") == 1
    assert not any(name in page for name in ("Bob", "Closed letter", "Bad payers", ann.email))
    assert response["Cache-Control"] == "no-store"


def test_choosing_changes_open_lists_alone_and_keeps_the_evidence(
    visitor: Client, ann: Recipient, offers: SubscriptionForm, inner: RecipientList
) -> None:
    response = visitor.post(path(ann), {"lists": [offers.pk]}, follow=True)

    assert "Your choice is saved" in response.content.decode()
    assert lists_of(ann) == {offers.recipient_list_id, inner.pk}
    consent = ann.consents.get()
    assert (consent.form, consent.wording) == (offers, offers.wording)
    assert consent.given_ip == "127.0.0.1"


def test_choosing_the_same_again_changes_nothing(
    visitor: Client, ann: Recipient, news: SubscriptionForm
) -> None:
    before = lists_of(ann)

    visitor.post(path(ann), {"lists": [news.pk]})

    assert lists_of(ann) == before
    assert not ann.consents.exists()


def test_lists_of_others_and_closed_ones_cannot_be_chosen(
    visitor: Client, ann: Recipient, offers: SubscriptionForm, bob: User
) -> None:
    theirs = SubscriptionFormFactory.create(recipient_list__owner=bob)
    offers.is_open = False
    offers.save()
    before = lists_of(ann)

    for foreign in (theirs.pk, offers.pk, "x", 10**9):
        response = visitor.post(path(ann), {"lists": [foreign]})
        assert response.context["form"].errors

    assert lists_of(ann) == before


def test_leaving_everything_is_unsubscribing(visitor: Client, ann: Recipient) -> None:
    page = visitor.post(path(ann), {"leave": "1"}).content.decode()

    assert "You are unsubscribed" in page
    assert Suppression.objects.get().reason == "unsubscribed"
    assert Recipient.objects.get().state == "unsubscribed"


def test_who_has_left_is_led_to_the_forms(
    visitor: Client, ann: Recipient, news: SubscriptionForm, offers: SubscriptionForm
) -> None:
    ann.unsubscribe()
    before = lists_of(ann)

    page = visitor.post(path(ann), {"lists": [offers.pk]}).content.decode()

    assert news.get_absolute_url() in page
    assert lists_of(ann) == before
    assert Suppression.objects.exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(visitor: Client, ann: Recipient, method: str) -> None:
    before = lists_of(ann)

    getattr(visitor, method)(path(ann) + "?leave=1&lists=")

    assert lists_of(ann) == before
    assert not Suppression.objects.exists()


def test_tokens_of_other_pages_open_nothing(visitor: Client, ann: Recipient) -> None:
    token = path(ann).split("/")[-2]
    for wrong in (str(ann.pk), token[:-1], token.swapcase()):
        assert visitor.get(f"/m/p/{wrong}/").status_code == 404
    assert visitor.get(f"/m/c/{token}/").status_code == 404


def test_a_deleted_recipient_is_told_that_nothing_comes(visitor: Client, ann: Recipient) -> None:
    address = path(ann)
    ann.delete()

    assert "no longer on the sender" in visitor.get(address).content.decode()


def test_of_a_blocked_owner_one_can_only_leave(visitor: Client, ann: Recipient) -> None:
    ann.owner.block(None, "Complaints")

    assert visitor.get(path(ann)).status_code == 410
    visitor.post(path(ann), {"leave": "1"})
    assert Suppression.objects.exists()


def test_the_page_to_unsubscribe_leads_there_when_there_is_a_choice(
    visitor: Client, ann: Recipient, news: SubscriptionForm
) -> None:
    delivery = DeliveryFactory.create(attempt__mailing__owner=ann.owner, recipient=ann)
    address = links.unsubscribe_url(ann.pk, delivery.pk).removeprefix(settings.SITE_URL)
    assert links.preferences_url(ann.pk) in visitor.get(address).content.decode()

    SubscriptionForm.objects.update(is_open=False)

    assert "/m/p/" not in visitor.get(address).content.decode()


def test_the_page_costs_the_same_with_many_lists(
    visitor: Client, ann: Recipient, django_assert_max_num_queries: object
) -> None:
    SubscriptionFormFactory.create_batch(30, recipient_list__owner=ann.owner)

    with django_assert_max_num_queries(5):  # type: ignore[operator]
        visitor.get(path(ann))
