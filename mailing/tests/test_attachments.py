"""Files that go with letters."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.models import User
from mailing.models import Attachment, Attempt, Message
from mailing.models import message as message_rules
from mailing.models.attachment import MAX_NAME, safe_name, type_of
from mailing.sending import control
from mailing.sending.compose import Composer
from mailing.sending.turn import take_turn
from mailing.tests.factories import (
    DeliveryFactory,
    MailingFactory,
    MessageFactory,
    RecipientFactory,
)
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]
#: Bytes of every kind, with lines that begin with a dot and line ends of all sorts.
CONTENT = bytes(range(256)) * 40 + b"\r\n.\r\n.dot\n\r" + b"x" * 1000


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def message(alice: User) -> Message:
    return MessageFactory.create(owner=alice)


def attach(client: Client, message: Message, *files: tuple[str, bytes]) -> str:
    data = {"attachments": [SimpleUploadedFile(name, content) for name, content in files]}
    address = reverse("mailing:message_attach", args=[message.pk])
    return client.post(address, data, follow=True).content.decode()


def open_attempt(message: Message, readers: int = 1) -> Attempt:
    row = MailingFactory.create(
        owner=message.owner,
        message=message,
        recipients=RecipientFactory.create_batch(readers, owner=message.owner),
    )
    return control.run_now(row, message.owner, Attempt.Trigger.MANUAL)


def files_of(letter: Any) -> list[tuple[str, str, bytes]]:
    return [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in letter.iter_attachments()
    ]


def test_files_arrive_as_they_were(
    client: Client, message: Message, mail_server: MailServer
) -> None:
    attach(client, message, ("price list.pdf", CONTENT), ("notes.txt", b"a\n.b"))
    take_turn(open_attempt(message, readers=2).pk)
    assert len(mail_server.accepted) == 2
    for accepted in mail_server.accepted:
        assert files_of(accepted.letter) == [
            ("price list.pdf", "application/pdf", CONTENT),
            ("notes.txt", "application/octet-stream", b"a\n.b"),
        ]
        assert accepted.letter.get_content_type() == "multipart/mixed"
        assert "Hello Reader" in accepted.part("html")
        assert "Hello Reader" in accepted.part("plain")
        assert not accepted.letter.defects
        assert all(len(line) <= 998 for line in accepted.content.splitlines())


def test_a_mail_service_gets_the_files_too(
    client: Client, message: Message, settings: LazySettings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    attach(client, message, ("Прайс.pdf", CONTENT))
    take_turn(open_attempt(message).pk)
    (sent,) = mail.outbox
    (file,) = sent.attachments
    assert (file[0], file[1], file[2]) == ("Прайс.pdf", CONTENT, "application/pdf")


@pytest.mark.parametrize(
    ("given_name", "arrives"),
    [
        ("Прайс-лист на ноябрь.pdf", "Прайс-лист на ноябрь.pdf"),
        ("價目表.pdf", "價目表.pdf"),
        ("a" * 90 + ".pdf", "a" * 90 + ".pdf"),
        ("я" * 110 + ".pdf", "я" * 110 + ".pdf"),
        ("it's 100% & more;.pdf", "it's 100% & more;.pdf"),
        ('quo"ted.pdf', "quo ted.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("a\r\nBcc: all@example.org.pdf", "a Bcc all@example.org.pdf"),
        ("<script>alert(1)</script>.pdf", "script .pdf"),
        ("\u202efdp.a.pdf", "fdp.a.pdf"),
        ("...", "file"),
    ],
)
def test_names_arrive_whole_and_harmless(
    alice: User, message: Message, mail_server: MailServer, given_name: str, arrives: str
) -> None:
    message.attach(safe_name(given_name), "application/pdf", b"x")
    take_turn(open_attempt(message).pk)
    (accepted,) = mail_server.accepted
    assert [name for name, _kind, _content in files_of(accepted.letter)] == [arrives]
    assert accepted.letter["Bcc"] is None


@example("price." + "a" * 18 + " list")  # cut after the space
@given(st.text(max_size=300))
def test_no_name_is_anything_but_a_name(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= MAX_NAME
    assert not set(safe) & set('\r\n\0/\\:*?"<>|')
    assert safe_name(safe) == safe == safe.strip(". ")
    assert "/" in type_of(safe)


@pytest.mark.parametrize(
    "name",
    [
        *("setup.exe", "SETUP.EXE", "photo.jpg.exe", "photo.scr.", "a.bat", "a.js", "a.vbs"),
        *("a.html", "a.svg", "invoice.exe.pdf", "a.lnk", "a.iso", "a.ps1", "a.jar", "a.exe "),
    ],
)
def test_dangerous_files_are_refused(client: Client, message: Message, name: str) -> None:
    page = attach(client, message, ("fine.pdf", b"x"), (name, b"MZ"))
    assert "was not attached" in page
    assert not Attachment.objects.exists()  # not the harmless one alone either


def test_too_many_and_too_much_are_refused_as_a_whole(
    client: Client, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_rules, "MAX_FILES", 2)
    assert "at most 2 files" in attach(client, message, *[(f"{n}.pdf", b"x") for n in range(3)])
    monkeypatch.setattr(message_rules, "MAX_TOTAL", 10)
    assert "together have at most" in attach(
        client, message, ("a.pdf", b"123456"), ("b.pdf", b"12345")
    )
    assert not Attachment.objects.exists()


def test_a_file_too_large_is_refused(
    client: Client, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailing.forms.message.MAX_TOTAL", 10)
    assert "Choose a file of at most" in attach(client, message, ("a.pdf", b"x" * 11))
    assert "No file was submitted" not in attach(client, message, ("a.pdf", b"x" * 10))
    assert Attachment.objects.count() == 1


def test_an_attempt_keeps_its_files(
    client: Client, message: Message, mail_server: MailServer
) -> None:
    attach(client, message, ("first.pdf", b"first"))
    attempt = open_attempt(message)
    file = message.attachments.get()
    client.post(reverse("mailing:message_detach", args=[message.pk, file.pk]))
    attach(client, message, ("second.pdf", b"second"))
    take_turn(attempt.pk)
    (accepted,) = mail_server.accepted
    assert [name for name, _kind, _content in files_of(accepted.letter)] == ["first.pdf"]


def test_a_file_that_nothing_uses_goes(client: Client, message: Message) -> None:
    attach(client, message, ("a.pdf", b"a"), ("b.pdf", b"b"))
    first, _second = message.attachments.all()
    client.post(reverse("mailing:message_detach", args=[message.pk, first.pk]))
    assert [file.name for file in Attachment.objects.all()] == ["b.pdf"]
    message.delete()
    assert not Attachment.objects.exists()


def test_files_are_encoded_once_for_all_letters(message: Message) -> None:
    message.attach("a.pdf", "application/pdf", CONTENT)
    attempt = open_attempt(message)
    composer = Composer(attempt, attempt.mailing)
    first, second = (
        composer.compose(DeliveryFactory.create(attempt=attempt)) for _time in range(2)
    )
    assert first.tail is second.tail
    assert b"YWJj" not in first.content
    assert len(first.content) < len(first.tail)


def test_a_file_is_downloaded_and_never_shown(client: Client, message: Message) -> None:
    attach(client, message, ("Прайс.pdf", CONTENT))
    file = message.attachments.get()
    answer = client.get(reverse("mailing:message_attachment", args=[message.pk, file.pk]))
    assert answer.content == CONTENT
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_hostile_names_are_inert_on_the_page(client: Client, message: Message) -> None:
    message.attach("<img src=x onerror=alert(1)>.pdf", "application/pdf", b"x")
    assert "<img src=x" not in client.get(message.get_absolute_url()).content.decode()
