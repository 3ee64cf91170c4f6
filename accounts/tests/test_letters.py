"""Letters of the site leave after the request, and wait for a mail server that is away."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from django_q.models import Schedule

from accounts.addresses import is_confirmed
from accounts.letters import post, send_due, write_to
from accounts.models import Letter, User
from accounts.tasks import send_letters
from accounts.tests.browsing import PassHours, link_in_letter, sign_up
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db

Captured = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


@pytest.fixture
def silent_server(settings: LazySettings) -> Iterator[socket.socket]:
    """A mail server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 1
        yield silent


@pytest.fixture
def no_server(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9


def make_due() -> None:
    """Let the pause before the next try be over."""
    letter = Letter.objects.get()
    letter.next_try_at = letter.created_at
    letter.save()


def test_no_page_waits_for_the_mail_server(client: Client, silent_server: socket.socket) -> None:
    answer = sign_up(client, "new@example.org")
    assert answer.status_code == 302
    silent_server.settimeout(0)
    with pytest.raises(BlockingIOError):  # nobody has called
        silent_server.accept()
    assert Letter.objects.get().to == "new@example.org"


def test_a_letter_that_a_hanging_server_did_not_take_is_sent_later_and_its_link_works(
    client: Client, silent_server: socket.socket, settings: LazySettings
) -> None:
    sign_up(client, "new@example.org")
    send_letters()
    letter = Letter.objects.get()
    assert letter.tries == 1
    assert letter.claimed_until is None
    assert letter.next_try_at is not None
    assert letter.next_try_at > letter.created_at

    make_due()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.post(link_in_letter("new@example.org"))
    assert is_confirmed(User.objects.get())
    assert not Letter.objects.exists()


def test_pauses_grow_and_a_letter_is_given_up_in_the_end(
    no_server: None, pass_hours: PassHours, caplog: pytest.LogCaptureFixture
) -> None:
    post("ann@example.org", "Hello", "Text")
    pauses = []
    for _try in range(6):
        send_letters()
        letter = Letter.objects.get()
        assert letter.next_try_at is not None
        pauses.append((letter.next_try_at - letter.created_at).total_seconds() // 1)
        make_due()
    assert sorted(set(pauses)) == [20, 60, 120, 300, 900]
    pass_hours(49)
    send_letters()
    assert not Letter.objects.exists()
    assert "given up" in caplog.text


def test_a_refused_address_is_not_written_to_again(mail_server: MailServer) -> None:
    mail_server.on_rcpt = lambda address: "550 No such user" if "gone" in address else None
    for name in ("gone", "ann"):
        post(f"{name}@example.org", "Hello", "Text")
    send_letters()
    assert mail_server.addresses == ["ann@example.org"]
    assert not Letter.objects.exists()


def test_a_refusal_for_the_time_being_holds_up_nobody_else(mail_server: MailServer) -> None:
    mail_server.on_rcpt = lambda address: "450 Later" if "busy" in address else None
    for name in ("busy", "ann"):
        post(f"{name}@example.org", "Hello", "Text")
    send_letters()
    assert mail_server.addresses == ["ann@example.org"]
    assert Letter.objects.get().to == "busy@example.org"
    assert mail_server.connections == 1


def test_what_is_refused_for_the_time_being_is_given_up_in_the_end(
    mail_server: MailServer, pass_hours: PassHours
) -> None:
    mail_server.on_rcpt = lambda address: "450 Later"
    post("busy@example.org", "Hello", "Text")
    send_letters()
    assert Letter.objects.get().tries == 1
    pass_hours(49)
    send_letters()
    assert not Letter.objects.exists()


def test_an_address_that_cannot_be_written_to_holds_up_nobody_else(
    mail_server: MailServer,
) -> None:
    for address in ("ann@example.org\nBcc: all@example.org", "ben@example.org"):
        post(address, "Hello", "Text")
    send_letters()
    assert mail_server.addresses == ["ben@example.org"]
    assert not Letter.objects.exists()


def test_two_never_send_the_same_letter(mail_server: MailServer) -> None:
    post("ann@example.org", "Hello", "Text")
    now = timezone.now()
    assert Letter.objects.claim_next(now)
    assert Letter.objects.claim_next(now) is None
    send_letters()
    assert mail_server.accepted == []


def test_the_letter_of_a_killed_worker_is_sent_when_its_time_is_over(
    mail_server: MailServer, pass_hours: PassHours
) -> None:
    post("ann@example.org", "Hello", "Text")
    assert Letter.objects.claim_next(timezone.now())
    pass_hours(0.1)
    send_letters()
    assert mail_server.addresses == ["ann@example.org"]


def test_a_turn_ends_in_time_and_another_goes_on(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.letters.TURN", 0)
    for name in ("ann", "ben"):
        post(f"{name}@example.org", "Hello", "Text")
    for is_more in (True, False):
        assert send_due(Letter.objects.all(), Letter.as_email) is is_more
    assert mail_server.addresses == ["ann@example.org", "ben@example.org"]


def test_a_worker_is_woken_once_the_request_is_through(
    client: Client,
    django_capture_on_commit_callbacks: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queued: list[str] = []
    monkeypatch.setattr("accounts.letters.async_task", queued.append)
    with django_capture_on_commit_callbacks() as callbacks:
        sign_up(client, "new@example.org")
    assert queued == []
    for callback in callbacks:
        callback()
    assert set(queued) == {"accounts.tasks.send_letters"}


def test_a_schedule_makes_up_for_lost_wake_ups() -> None:
    assert Schedule.objects.get(name="accounts.send_letters").func == "accounts.tasks.send_letters"


def test_letters_to_users_are_in_their_language_and_have_text_and_html(
    alice: User, mail_server: MailServer
) -> None:
    alice.language = "ru"
    write_to(alice, "account_blocked", reason="<b>spam</b>")
    send_letters()
    letter = mail_server.to(alice.email)
    assert letter.letter["Subject"].strip() == "Ваш аккаунт Mailshot заблокирован"
    assert "<b>spam</b>" in letter.part("plain")
    assert "post@mailshot.example" not in letter.part("plain")
    assert "&lt;b&gt;spam&lt;/b&gt;" in letter.part("html")
