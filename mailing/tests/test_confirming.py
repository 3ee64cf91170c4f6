"""The page that the letter leads to, and what is on record afterwards."""

from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from mailing import links
from mailing.models import (
    Consent,
    Recipient,
    RecipientList,
    SubscriptionForm,
    SubscriptionRequest,
    Suppression,
)
from mailing.sending.schedule import tick
from mailing.tasks import send_subscription_letters
from mailing.tests.factories import (
    RecipientFactory,
    SubscriptionFormFactory,
    SubscriptionRequestFactory,
    SuppressionFactory,
)

pytestmark = pytest.mark.django_db

ADDRESS = "ann@example.org"


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def form(alice: User) -> SubscriptionForm:
    return SubscriptionFormFactory.create(
        recipient_list__owner=alice, public_name="Friday letter", wording="As it was."
    )


@pytest.fixture
def asked(form: SubscriptionForm) -> SubscriptionRequest:
    return SubscriptionRequestFactory.create(form=form, email=ADDRESS, place="/blog/")


def link(request: SubscriptionRequest) -> str:
    return links.confirm_url(request.pk).removeprefix(settings.SITE_URL)


def on_list(form: SubscriptionForm) -> list[str]:
    return sorted(form.recipient_list.recipients.values_list("email", flat=True))


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_programs_that_follow_links_confirm_nothing(
    visitor: Client, asked: SubscriptionRequest, method: str
) -> None:
    for _time in range(2):
        status = getattr(visitor, method)(link(asked)).status_code
        assert status == (200 if method in {"get", "head"} else 405)

    assert not Recipient.objects.exists()
    assert SubscriptionRequest.objects.waiting().count() == 1


def test_the_page_says_for_what_and_not_the_whole_address(
    visitor: Client, asked: SubscriptionRequest
) -> None:
    response = visitor.get(link(asked))

    page = response.content.decode()
    assert "Friday letter" in page
    assert "As it was." in page
    assert "a•••@example.org" in page
    assert ADDRESS not in page
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"


def test_confirming_puts_on_the_list_with_the_evidence(
    visitor: Client, asked: SubscriptionRequest
) -> None:
    SubscriptionForm.objects.update(wording="Changed since", thanks="Welcome!\nUntil Friday.")

    page = visitor.post(link(asked), REMOTE_ADDR="198.51.100.4").content.decode()

    assert "You are on the list" in page
    assert "Welcome!<br>Until Friday." in page
    recipient = Recipient.objects.get()
    assert (recipient.email, recipient.state) == (ADDRESS, "active")
    assert recipient.owner == asked.form.owner
    assert on_list(asked.form) == [ADDRESS]
    consent = recipient.consents.get()
    assert (consent.wording, consent.asked_ip, consent.given_ip) == (
        "As it was.",
        "192.0.2.7",
        "198.51.100.4",
    )
    assert consent.asked_at == asked.asked_at
    assert consent.asked_at < consent.given_at <= timezone.now()
    assert (recipient.consent_source, recipient.consent_wording, recipient.consent_ip) == (
        "Form “Friday letter”, /blog/",
        "As it was.",
        "198.51.100.4",
    )
    assert recipient.consent_at == consent.given_at


def test_the_same_link_twice_at_once_counts_once(
    form: SubscriptionForm, asked: SubscriptionRequest
) -> None:
    both_have_read = [SubscriptionRequest.objects.get(), SubscriptionRequest.objects.get()]

    done = [request.confirm("198.51.100.4") for request in both_have_read]

    assert done == [True, False]
    assert Consent.objects.count() == 1
    assert on_list(form) == [ADDRESS]


def test_the_second_press_of_the_button_shows_the_same(
    visitor: Client, asked: SubscriptionRequest
) -> None:
    first, second = (visitor.post(link(asked)) for _time in range(2))

    assert first.content == second.content
    assert Consent.objects.count() == 1


def test_a_used_link_does_not_bring_back_who_has_left(
    visitor: Client, asked: SubscriptionRequest
) -> None:
    visitor.post(link(asked))
    Recipient.objects.get().unsubscribe()

    page = visitor.post(link(asked)).content.decode()

    assert "This link works no longer" in page
    assert Recipient.objects.get().state == "unsubscribed"
    assert Suppression.objects.exists()


def test_a_known_recipient_keeps_name_and_lists(
    visitor: Client, asked: SubscriptionRequest
) -> None:
    other = RecipientList.objects.create(owner=asked.form.owner, name="Other")
    RecipientFactory.create(
        owner=asked.form.owner, email=ADDRESS, full_name="Ann Archer", lists=[other]
    )

    visitor.post(link(asked))

    recipient = Recipient.objects.get()
    assert recipient.full_name == "Ann Archer"
    assert recipient.lists.count() == 2


def test_recipients_of_other_owners_are_left_alone(
    visitor: Client, asked: SubscriptionRequest, bob: User
) -> None:
    theirs = RecipientFactory.create(owner=bob, email=ADDRESS)
    theirs.unsubscribe()

    visitor.post(link(asked))

    theirs.refresh_from_db()
    assert theirs.state == "unsubscribed"
    assert theirs.lists.count() == 0
    assert Suppression.objects.filter(owner=bob).exists()


def test_who_left_by_themselves_comes_back_by_themselves(
    visitor: Client, asked: SubscriptionRequest
) -> None:
    left = RecipientFactory.create(owner=asked.form.owner, email=ADDRESS)
    left.unsubscribe()
    send_subscription_letters()
    assert "Please confirm" in mail.outbox[-1].subject

    visitor.post(link(asked))

    left.refresh_from_db()
    assert left.state == "active"
    assert not Suppression.objects.exists()
    assert asked.is_on_the_list()


@pytest.mark.parametrize("reason", ["bounced", "complained", "manual"])
def test_nothing_else_is_lifted(visitor: Client, asked: SubscriptionRequest, reason: str) -> None:
    owner = asked.form.owner
    SuppressionFactory.create(owner=owner, email=ADDRESS, reason=reason)
    SuppressionFactory.create(owner=None, email=ADDRESS, reason="unsubscribed")

    page = visitor.post(link(asked)).content.decode()

    assert "You are on the list" not in page
    assert Suppression.objects.count() == 2
    assert not Recipient.objects.active().not_suppressed().exists()


def test_a_link_lapses_after_two_days_and_the_address_is_forgotten(
    visitor: Client, asked: SubscriptionRequest, pass_hours: Any
) -> None:
    pass_hours(47.9)
    tick()
    assert visitor.get(link(asked)).status_code == 200
    pass_hours(0.2)

    response = visitor.post(link(asked))
    tick()

    assert response.status_code == 410
    assert not SubscriptionRequest.objects.exists()
    assert not Recipient.objects.exists()
    assert visitor.get(link(asked)).status_code == 410


def test_tokens_cannot_be_guessed_or_used_for_something_else(
    visitor: Client, asked: SubscriptionRequest
) -> None:
    token = link(asked).split("/")[-2]
    for wrong in ("1", token[:-1], token.swapcase(), token + "0"):
        assert visitor.post(f"/m/c/{wrong}/").status_code == 404
    assert visitor.post(f"/m/p/{token}/").status_code == 404
    assert visitor.get(f"/m/u/{token}").status_code == 404
    assert not Recipient.objects.exists()


@pytest.mark.parametrize("change", ["closed", "blocked"])
def test_a_form_closed_in_between_takes_nobody(
    visitor: Client, asked: SubscriptionRequest, change: str
) -> None:
    if change == "blocked":
        asked.form.owner.block(None, "Complaints")
    else:
        SubscriptionForm.objects.update(is_open=False)

    response = visitor.post(link(asked))

    assert response.status_code == 410
    assert not Recipient.objects.exists()


def test_deleting_the_list_deletes_who_waits_for_it(
    visitor: Client, asked: SubscriptionRequest
) -> None:
    asked.form.recipient_list.delete()

    assert visitor.post(link(asked)).status_code == 410
    assert not SubscriptionRequest.objects.exists()


def test_evidence_outlives_the_form_and_goes_with_the_recipient(
    visitor: Client, asked: SubscriptionRequest
) -> None:
    visitor.post(link(asked))
    asked.form.recipient_list.delete()
    assert Consent.objects.get().list_name == "Friday letter"

    Recipient.objects.all().delete()

    assert not Consent.objects.exists()


def test_the_way_on_is_a_link_that_says_where_it_leads(
    visitor: Client, asked: SubscriptionRequest
) -> None:
    SubscriptionForm.objects.update(go_on_url="https://shop.example.org/welcome?a=1&b=2")

    page = visitor.post(link(asked)).content.decode()

    assert 'href="https://shop.example.org/welcome?a=1&amp;b=2"' in page
    assert "Go on to shop.example.org" in page


def test_the_page_is_in_the_language_of_the_form_unless_another_was_chosen(
    visitor: Client, asked: SubscriptionRequest
) -> None:
    SubscriptionRequest.objects.update(language="ru")
    assert '<html lang="ru">' in visitor.get(link(asked)).content.decode()

    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="en">' in visitor.get(link(asked)).content.decode()
