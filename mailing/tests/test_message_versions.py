"""What a message said before: kept, shown and restored."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.models import Attempt, Message, MessageVersion, message_version
from mailing.sending import control
from mailing.tests.factories import MailingFactory, MessageFactory, RecipientFactory

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]
FORM = {"name": "News", "subject": "One", "body_html": "<p>First</p>"}


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


def edit(client: Client, message: Message, **texts: str) -> None:
    client.post(reverse("mailing:message_edit", args=[message.pk]), FORM | texts)


def subjects(message: Message) -> list[str]:
    return list(message.versions.order_by("pk").values_list("subject", flat=True))


def test_each_change_is_kept_and_no_saving_without_one(client: Client) -> None:
    client.post(reverse("mailing:message_create"), FORM)
    message = Message.objects.get()
    edit(client, message)
    edit(client, message, subject="Two")
    edit(client, message, subject="Two")
    assert subjects(message) == ["One", "Two"]


def test_what_was_there_before_versions_were_kept_is_kept_too(client: Client, alice: User) -> None:
    message = MessageFactory.create(owner=alice, subject="Old")
    edit(client, message, subject="New")
    assert subjects(message) == ["Old", "New"]


def test_an_older_version_is_shown_and_restored(client: Client, alice: User) -> None:
    message = MessageFactory.create(owner=alice, **FORM)
    edit(client, message, subject="Two", body_html="<p>Second</p>")
    first = message.versions.get(subject="One")
    listed = client.get(reverse("mailing:message_versions", args=[message.pk])).content.decode()
    assert first.get_absolute_url() in listed
    page = client.get(first.get_absolute_url()).content.decode()
    assert "Restore this version" in page
    frame = reverse("mailing:message_version_preview", args=[message.pk, first.pk])
    assert "First" in client.get(frame).content.decode()
    client.post(first.get_absolute_url())
    message.refresh_from_db()
    assert (message.subject, message.body_html) == ("One", "<p>First</p>")
    assert subjects(message) == ["One", "Two", "One"]


def test_what_the_message_says_now_needs_no_restoring(client: Client) -> None:
    client.post(reverse("mailing:message_create"), FORM)
    version = MessageVersion.objects.get()
    assert "Restore this version" not in client.get(version.get_absolute_url()).content.decode()


def test_what_was_opened_is_sent_whatever_is_restored(client: Client, alice: User) -> None:
    message = MessageFactory.create(owner=alice, **FORM)
    edit(client, message, subject="Two")
    message.refresh_from_db()
    reader = RecipientFactory.create(owner=alice)
    row = MailingFactory.create(owner=alice, message=message, recipients=[reader])
    attempt = control.run_now(row, alice, Attempt.Trigger.MANUAL)
    message.versions.get(subject="One").restore()
    attempt.refresh_from_db()
    assert attempt.subject == "Two"


def test_the_oldest_go(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_version, "KEPT", 3)
    message = MessageFactory.create(owner=alice, **FORM)
    for number in range(5):
        edit(client, message, subject=f"S{number}")
    assert subjects(message) == ["S2", "S3", "S4"]


def test_a_refused_form_keeps_nothing(client: Client, alice: User) -> None:
    message = MessageFactory.create(owner=alice, **FORM)
    edit(client, message, subject="{{ nmae }}")
    assert subjects(message) == []
