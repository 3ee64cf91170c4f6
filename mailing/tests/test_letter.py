"""What a letter looks like on the wire."""

from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from mailing import links
from mailing.models import Attempt, Mailing
from mailing.sending import compose, control
from mailing.sending.compose import Composer
from mailing.sending.turn import take_turn
from mailing.tests.factories import MailingFactory, MessageFactory, RecipientFactory
from tests.mail_server import Accepted, MailServer

pytestmark = pytest.mark.django_db


def sent_letter(
    owner: User, server: MailServer, *, mailing: dict[str, Any] | None = None, **message: Any
) -> Accepted:
    """Send a message to one reader and return what arrived."""
    reader = RecipientFactory.create(
        owner=owner,
        email="ann@example.org",
        full_name="Анна Кузнецова",
        attributes={"city": "Omsk"},
    )
    row = MailingFactory.create(
        owner=owner,
        message=MessageFactory.create(owner=owner, **message),
        recipients=[reader],
        **(mailing or {}),
    )
    take_turn(control.run_now(row, owner, Attempt.Trigger.MANUAL).pk)
    (accepted,) = server.accepted
    return accepted


def test_the_headers_that_mailing_lists_owe(alice: User, mail_server: MailServer) -> None:
    accepted = sent_letter(alice, mail_server)
    letter = accepted.letter

    assert accepted.envelope_from == "post@mailshot.example"
    assert letter["From"] == "Mailshot <post@mailshot.example>"
    assert "ann@example.org" in letter["To"]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"].startswith("<http://testserver/m/u/")
    assert letter["List-Id"].isascii()
    assert letter["List-Id"].endswith(".mailshot.example>")
    assert abs(parsedate_to_datetime(letter["Date"]) - timezone.now()).total_seconds() < 60
    assert letter["Message-ID"].endswith("@mailshot.example>")


def test_the_unsubscribe_address_in_the_header_works_and_is_short(
    alice: User, mail_server: MailServer, client: Client
) -> None:
    address = sent_letter(alice, mail_server).letter["List-Unsubscribe"].strip("<>")

    assert len(address) < 60
    answer = client.post(
        address.removeprefix("http://testserver"), {"List-Unsubscribe": "One-Click"}
    )
    assert answer.status_code == 200
    assert not Mailing.objects.get().audience().exists()


def test_every_letter_has_a_way_out_even_when_the_body_has_none(
    alice: User, mail_server: MailServer
) -> None:
    accepted = sent_letter(alice, mail_server, body_html="<p>Hi</p>")

    address = accepted.letter["List-Unsubscribe"].strip("<>")
    assert f'href="{address}"' in accepted.part("html")
    assert address in accepted.part("plain")


def test_a_body_with_its_own_unsubscribe_link_gets_no_second_one(
    alice: User, mail_server: MailServer
) -> None:
    body = '<p>Hi <a href="{{ unsubscribe_url }}">leave</a></p>'
    accepted = sent_letter(alice, mail_server, body_html=body)

    assert accepted.part("html").count("/m/u/") == 1


def test_all_lines_are_short_and_plain(alice: User, mail_server: MailServer) -> None:
    accepted = sent_letter(
        alice,
        mail_server,
        subject="Новости для {{ full_name }} — " + "очень длинная тема " * 8,
        body_html="<p>" + "длинный текст без конца " * 400 + "x" * 3000 + "</p>",
    )

    lines = accepted.content.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert accepted.content.isascii()
    assert b"\n" not in accepted.content.replace(b"\r\n", b"")
    assert accepted.letter["Subject"].startswith("Новости для Анна Кузнецова — очень длинная")
    assert "x" * 3000 in accepted.part("html")


def test_lines_that_begin_with_a_dot_arrive_whole(alice: User, mail_server: MailServer) -> None:
    accepted = sent_letter(alice, mail_server, body_text=".\n..two\n.end")

    assert accepted.part("plain").splitlines()[:3] == [".", "..two", ".end"]


def test_styles_are_inlined_and_attributes_filled(alice: User, mail_server: MailServer) -> None:
    accepted = sent_letter(
        alice,
        mail_server,
        body_html="<p>In {{ attributes.city|your town }}: {{ attributes.no|-}}</p>",
    )

    assert "In Omsk: -" in accepted.part("html")
    assert 'class="letter" style="' in accepted.part("html")


def test_sender_name_and_reply_to_come_from_the_mailing(
    alice: User, mail_server: MailServer
) -> None:
    mailing = {"sender_name": "Пекарня, у дома", "reply_to": "hello@bakery.example"}
    letter = sent_letter(alice, mail_server, mailing=mailing).letter

    assert letter["From"].addresses[0].display_name == "Пекарня, у дома"
    assert letter["From"].addresses[0].addr_spec == "post@mailshot.example"
    assert letter["Reply-To"] == "hello@bakery.example"


def test_a_value_cannot_add_a_header(alice: User, mail_server: MailServer) -> None:
    reader = RecipientFactory.create(
        owner=alice, email="eve@example.org", full_name="Eve\r\nBcc: all@example.org"
    )
    message = MessageFactory.create(owner=alice, subject="For {{ full_name }}")
    mailing = MailingFactory.create(owner=alice, message=message, recipients=[reader])
    take_turn(control.run_now(mailing, alice, Attempt.Trigger.MANUAL).pk)

    (accepted,) = mail_server.accepted
    assert accepted.letter["Bcc"] is None
    assert accepted.recipients == ["eve@example.org"]
    assert accepted.letter["Subject"] == "For Eve Bcc: all@example.org"


def test_an_address_beyond_ascii_is_written_to(alice: User, mail_server: MailServer) -> None:
    readers = [
        RecipientFactory.create(owner=alice, email="почта@пример.example"),
        RecipientFactory.create(owner=alice, email="post@пример.example"),
    ]
    mailing = MailingFactory.create(owner=alice, recipients=readers)
    take_turn(control.run_now(mailing, alice, Attempt.Trigger.MANUAL).pk)

    assert mail_server.addresses == ["post@xn--e1afmkfd.example", "почта@xn--e1afmkfd.example"]


def test_the_page_in_the_browser_shows_the_same_letter(
    alice: User, mail_server: MailServer
) -> None:
    sent_letter(alice, mail_server, body_html="<p>Dear {{ full_name }}</p>")
    delivery = Attempt.objects.get().deliveries.get()

    assert "Dear Анна Кузнецова" in compose.web_page(delivery)
    assert links.view_url(delivery.pk) in compose.web_page(delivery)


def test_the_same_delivery_always_has_the_same_message_id(alice: User) -> None:
    mailing = MailingFactory.create(owner=alice, recipients=[RecipientFactory.create(owner=alice)])
    attempt = control.run_now(mailing, alice, Attempt.Trigger.MANUAL)
    delivery = attempt.deliveries.get()
    letters = [Composer(attempt, mailing).compose(delivery).content for _ in range(2)]

    wanted = f"Message-ID: <{delivery.pk}.{attempt.token}@".encode()
    assert all(wanted in letter for letter in letters)
