"""The letters to whoever typed an address into a form: who gets which, and that none is lost."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from accounts.models import User
from mailing import links
from mailing.models import (
    SubscriptionForm,
    SubscriptionRequest,
)
from mailing.sending.schedule import tick
from mailing.tasks import send_subscription_letters
from mailing.tests.factories import (
    RecipientFactory,
    SubscriptionFormFactory,
    SubscriptionRequestFactory,
    SuppressionFactory,
)
from tests.english import english_in, english_on
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db

ADDRESS = "ann@example.org"


@pytest.fixture
def form(alice: User) -> SubscriptionForm:
    return SubscriptionFormFactory.create(
        recipient_list__owner=alice, public_name="Friday letter", wording="As it was."
    )


@pytest.fixture
def asked(form: SubscriptionForm) -> SubscriptionRequest:
    return SubscriptionRequestFactory.create(form=form, email=ADDRESS, place="/blog/")


def letter_to(request: SubscriptionRequest) -> Any:
    """Send the letter of a request; return it."""
    send_subscription_letters()
    return mail.outbox[-1]


def test_the_letter_asks_and_leads_to_the_page(asked: SubscriptionRequest) -> None:
    letter = letter_to(asked)

    assert letter.to == [ADDRESS]
    assert letter.subject == "Please confirm: “Friday letter”"
    assert letter.from_email == settings.DEFAULT_FROM_EMAIL
    assert letter.message()["Auto-Submitted"] == "auto-generated"
    for part in (letter.body, letter.alternatives[0][0]):
        assert links.confirm_url(asked.pk) in part
        assert f"{settings.SITE_URL}/blog/" in part
        assert "UTC" in part
    assert "alice" not in str(letter.message()).lower()


def test_the_letter_is_in_the_language_of_the_page(asked: SubscriptionRequest) -> None:
    SubscriptionForm.objects.update(public_name="Письмо по пятницам")
    SubscriptionRequest.objects.update(language="ru")

    letter = letter_to(asked)

    assert letter.subject == "Подтвердите подписку: «Письмо по пятницам»"
    assert not english_in(letter.subject + letter.body)
    assert not english_on(letter.alternatives[0][0])


def test_a_name_cannot_become_a_header(
    asked: SubscriptionRequest, caplog: pytest.LogCaptureFixture
) -> None:
    """The form refuses such a name; one that got into the table past it sends nothing."""
    SubscriptionForm.objects.update(public_name="News\r\nBcc: everybody@example.org")
    SubscriptionRequestFactory.create(email="ben@example.org")

    send_subscription_letters()

    assert "newlines" in caplog.text
    assert [letter.to for letter in mail.outbox] == [["ben@example.org"]]
    assert not SubscriptionRequest.objects.filter(pk=asked.pk).exists()


def test_a_letter_goes_out_once(asked: SubscriptionRequest) -> None:
    for _time in range(3):
        send_subscription_letters()
    tick()

    assert len(mail.outbox) == 1


def test_a_lost_task_is_made_up_for_by_the_tick(
    asked: SubscriptionRequest, django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    queued: list[str] = []
    monkeypatch.setattr("accounts.letters.async_task", queued.append)
    SubscriptionRequest.objects.update(next_try_at=timezone.now() - timedelta(minutes=1))

    with django_capture_on_commit_callbacks(execute=True):
        tick()

        send_subscription_letters()
        tick()

    assert queued == ["mailing.tasks.send_subscription_letters"]


def test_a_letter_that_the_server_puts_off_is_tried_again(
    asked: SubscriptionRequest, mail_server: MailServer, pass_hours: Any
) -> None:
    mail_server.on_rcpt = lambda address: "451 4.7.1 Come back later"
    send_subscription_letters()
    assert mail_server.accepted == []
    mail_server.on_rcpt = lambda address: None

    send_subscription_letters()
    assert mail_server.accepted == []  # not before its time
    pass_hours(0.2)
    send_subscription_letters()

    assert "One more step" in mail_server.to(ADDRESS).part("html")


@pytest.mark.parametrize("change", ["closed", "suppressed"])
def test_a_letter_that_waited_is_looked_at_again_before_it_leaves(
    asked: SubscriptionRequest, mail_server: MailServer, pass_hours: Any, change: str
) -> None:
    mail_server.on_rcpt = lambda address: "451 4.7.1 Come back later"
    send_subscription_letters()
    if change == "closed":
        SubscriptionForm.objects.update(is_open=False)
    else:
        SuppressionFactory.create(owner=asked.form.owner, email=ADDRESS, reason="complained")
    mail_server.on_rcpt = lambda address: None

    pass_hours(1)
    send_subscription_letters()

    assert mail_server.accepted == []
    assert SubscriptionRequest.objects.get().next_try_at is None


def test_a_letter_that_is_refused_holds_up_nobody_else(
    asked: SubscriptionRequest, mail_server: MailServer
) -> None:
    SubscriptionRequestFactory.create(email="ben@example.org")
    mail_server.on_data = lambda address: "554 5.7.1 Spam" if address == ADDRESS else None

    send_subscription_letters()

    assert mail_server.addresses == ["ben@example.org"]
    assert SubscriptionRequest.objects.get(pk=asked.pk).tries == 1


def test_a_letter_that_came_to_nothing_lapses(
    asked: SubscriptionRequest, mail_server: MailServer, pass_hours: Any
) -> None:
    mail_server.on_rcpt = lambda address: "451 4.7.1 Come back later"
    send_subscription_letters()
    mail_server.on_rcpt = lambda address: None

    pass_hours(49)
    send_subscription_letters()
    tick()

    assert mail_server.accepted == []
    assert not SubscriptionRequest.objects.exists()


def test_a_letter_that_was_refused_for_good_is_forgotten(
    asked: SubscriptionRequest, mail_server: MailServer
) -> None:
    mail_server.on_rcpt = lambda address: "550 5.1.1 Nobody of that name"

    send_subscription_letters()

    assert not SubscriptionRequest.objects.exists()


@pytest.mark.parametrize("error", [SMTPServerDisconnected("gone"), ConnectionRefusedError()])
def test_a_server_that_is_away_loses_nothing(
    asked: SubscriptionRequest, monkeypatch: Any, error: Exception
) -> None:
    def fail(letter: Any) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
    send_subscription_letters()

    asked.refresh_from_db()
    assert asked.next_try_at is not None
    assert asked.next_try_at > timezone.now()


def test_a_refusal_of_one_of_several_codes_is_not_for_good(
    asked: SubscriptionRequest, monkeypatch: Any
) -> None:
    def refuse(letter: Any) -> None:
        raise SMTPRecipientsRefused({ADDRESS: (450, b"busy")})

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    send_subscription_letters()

    assert SubscriptionRequest.objects.exists()


@pytest.mark.parametrize("reason", ["bounced", "complained", "manual", "for everybody"])
def test_who_may_not_be_written_to_gets_no_letter(asked: SubscriptionRequest, reason: str) -> None:
    everybody = reason == "for everybody"
    SuppressionFactory.create(
        owner=None if everybody else asked.form.owner,
        email=ADDRESS,
        reason="unsubscribed" if everybody else reason,
    )

    send_subscription_letters()

    assert mail.outbox == []


@pytest.mark.parametrize("state", ["bounced", "complained"])
def test_a_recipient_known_to_refuse_gets_no_letter(asked: SubscriptionRequest, state: str) -> None:
    RecipientFactory.create(owner=asked.form.owner, email=ADDRESS, state=state)

    send_subscription_letters()

    assert mail.outbox == []


def test_suppressions_of_other_owners_do_not_matter(asked: SubscriptionRequest, bob: User) -> None:
    SuppressionFactory.create(owner=bob, email=ADDRESS, reason="complained")

    assert letter_to(asked).to == [ADDRESS]


def test_a_form_closed_in_between_sends_no_letter(asked: SubscriptionRequest) -> None:
    SubscriptionForm.objects.update(is_open=False)

    send_subscription_letters()

    assert mail.outbox == []


def test_who_is_on_the_list_is_told_so(asked: SubscriptionRequest) -> None:
    lists = [asked.form.recipient_list]
    recipient = RecipientFactory.create(owner=asked.form.owner, email=ADDRESS, lists=lists)

    letter = letter_to(asked)

    assert letter.subject == "You get “Friday letter” already"
    assert links.preferences_url(recipient.pk) in letter.body
    assert links.confirm_url(asked.pk) not in letter.body
    assert not SubscriptionRequest.objects.waiting().exists()
