"""Test letters to oneself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from mailing import tasks
from mailing.models import Attempt, Delivery, Message, Recipient, Suppression, TrialLetter
from mailing.models import trial_letter as rules
from mailing.sending import trial as sending
from mailing.tests.factories import MessageFactory, RecipientFactory, TrialLetterFactory
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def message(alice: User) -> Message:
    return MessageFactory.create(
        owner=alice,
        subject="News for {{ full_name|you }}",
        body_html="<p>Hello {{ full_name|there }} of {{ attributes.city|nowhere }}.</p>",
    )


def ask(client: Client, message: Message, **data: str) -> Any:
    return client.post(reverse("mailing:message_test", args=[message.pk]), data, follow=True)


def test_it_arrives_as_the_chosen_recipient_would_get_it(
    client: Client, alice: User, message: Message, mail_server: MailServer
) -> None:
    RecipientFactory.create(
        owner=alice, email="ann@example.org", full_name="Анна", attributes={"city": "Omsk"}
    )
    message.attach("a.pdf", "application/pdf", b"%PDF")
    page = ask(client, message, **{"as": "ann@example.org"}).content.decode()
    assert "on its way to alice@example.org" in page
    tasks.send_trial(TrialLetter.objects.get().pk)

    accepted = mail_server.to("alice@example.org")
    assert accepted.letter["Subject"] == "[Test] News for Анна"
    assert "Hello Анна of Omsk." in accepted.part("html")
    assert "Hello Анна of Omsk." in accepted.part("plain")
    assert [part.get_filename() for part in accepted.letter.iter_attachments()] == ["a.pdf"]
    assert TrialLetter.objects.get().state == "sent"
    assert "alice@example.org" in client.get(message.get_absolute_url()).content.decode()


def test_the_ledger_knows_nothing_of_it(
    client: Client, alice: User, message: Message, mail_server: MailServer
) -> None:
    ask(client, message)
    tasks.send_trial(TrialLetter.objects.get().pk)
    assert mail_server.addresses == ["alice@example.org"]
    assert not Attempt.objects.exists()
    assert not Delivery.objects.exists()


def test_its_links_unsubscribe_nobody(
    client: Client, alice: User, message: Message, mail_server: MailServer
) -> None:
    RecipientFactory.create(owner=alice, email="ann@example.org")
    ask(client, message, **{"as": "ann@example.org"})
    tasks.send_trial(TrialLetter.objects.get().pk)
    address = mail_server.accepted[0].letter["List-Unsubscribe"].strip("<>")
    program = Client(enforce_csrf_checks=True)
    for answer in (program.get(address), program.post(address, {"List-Unsubscribe": "One-Click"})):
        assert "This was a test letter" in answer.content.decode()
    assert not Suppression.objects.exists()
    assert Recipient.objects.get().state == "active"


def test_a_recipient_of_somebody_else_is_not_filled_in(
    client: Client, bob: User, message: Message, mail_server: MailServer
) -> None:
    RecipientFactory.create(owner=bob, email="secret@example.org", full_name="Secret")
    ask(client, message, **{"as": "secret@example.org"})
    trial = TrialLetter.objects.get()
    tasks.send_trial(trial.pk)
    assert trial.recipient is None
    assert "Secret" not in str(mail_server.accepted[0].letter)


def test_only_a_confirmed_address_gets_one(client: Client, alice: User, message: Message) -> None:
    EmailAddress.objects.filter(user=alice).update(verified=False)
    page = ask(client, message).content.decode()
    assert "Confirm your e-mail address first" in page
    assert not TrialLetter.objects.exists()


def test_so_many_in_an_hour(
    client: Client,
    message: Message,
    monkeypatch: pytest.MonkeyPatch,
    pass_hours: Callable[[float], None],
) -> None:
    monkeypatch.setattr(sending, "MAX_PER_HOUR", 2)
    for _time in range(3):
        page = ask(client, message).content.decode()
    assert "You sent 2 test letters within an hour" in page
    assert TrialLetter.objects.count() == 2
    pass_hours(1.1)
    client.force_login(message.owner)
    ask(client, message)
    assert TrialLetter.objects.count() == 3


def test_the_task_is_queued_once_it_is_saved(
    client: Client,
    message: Message,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    queued: list[tuple[Any, ...]] = []
    monkeypatch.setattr(sending, "async_task", lambda *arguments: queued.append(arguments))
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, message)
    assert queued == [("mailing.tasks.send_trial", TrialLetter.objects.get().pk)]


def test_a_doubled_task_sends_one_letter(alice: User, mail_server: MailServer) -> None:
    trial = TrialLetterFactory.create(owner=alice)
    for _time in range(2):
        tasks.send_trial(trial.pk)
    tasks.send_trial(trial.pk + 1)  # gone meanwhile
    assert len(mail_server.accepted) == 1


def test_a_blocked_owner_gets_none(alice: User, admin: User, mail_server: MailServer) -> None:
    trial = TrialLetterFactory.create(owner=alice)
    alice.block(admin, "Spam")
    tasks.send_trial(trial.pk)
    assert not mail_server.accepted


def test_what_the_server_says_is_told(
    client: Client, alice: User, message: Message, mail_server: MailServer
) -> None:
    mail_server.on_data = lambda _address: "554 5.7.1 <b>Looks like spam</b>"
    trial = TrialLetterFactory.create(owner=alice, message=message)
    tasks.send_trial(trial.pk)
    trial.refresh_from_db()
    assert trial.state == "failed"
    page = client.get(message.get_absolute_url()).content.decode()
    assert "not sent" in page
    assert "&lt;b&gt;Looks like spam&lt;/b&gt;" in page


def test_a_server_that_is_away_is_told(alice: User, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    trial = TrialLetterFactory.create(owner=alice)
    tasks.send_trial(trial.pk)
    trial.refresh_from_db()
    assert trial.state == "failed"
    assert "refused" in trial.answer


def test_the_result_is_awaited_and_then_not_any_more(client: Client, alice: User) -> None:
    trial = TrialLetterFactory.create(owner=alice)
    address = reverse("mailing:trial_letter", args=[trial.pk])
    headers = {"HX-Request": "true"}
    assert "hx-get" in client.get(address, headers=headers).content.decode()
    trial.finish("sent")
    page = client.get(address, headers=headers).content.decode()
    assert "hx-get" not in page
    assert "sent" in page
    TrialLetter.objects.update(state="taken", created_at=timezone.now() - timedelta(minutes=6))
    page = client.get(address, headers=headers).content.decode()
    assert "hx-get" not in page
    assert "no result" in page


def test_the_tick_makes_up_for_a_lost_task(
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    queued: list[int] = []
    monkeypatch.setattr(sending, "async_task", lambda _name, key: queued.append(key))
    now = timezone.now()
    ages = {"new": timedelta(seconds=5), "lost": timedelta(minutes=2), "late": timedelta(hours=1)}
    trials = {name: TrialLetterFactory.create(owner=alice) for name in (*ages, "old")}
    for name, age in (ages | {"old": rules.KEPT_FOR + timedelta(days=1)}).items():
        TrialLetter.objects.filter(pk=trials[name].pk).update(created_at=now - age)
    with django_capture_on_commit_callbacks(execute=True):
        sending.wake_overlooked()
    assert queued == [trials["lost"].pk]
    assert not TrialLetter.objects.filter(pk=trials["old"].pk).exists()


def test_only_the_letter_of_the_owner_is_asked_about(alice: User, bob: User, login: Login) -> None:
    trial = TrialLetterFactory.create(owner=alice)
    address = reverse("mailing:trial_letter", args=[trial.pk])
    assert login(bob).get(address, headers={"HX-Request": "true"}).status_code == 404
