"""Letters by another of Django's mail backends, and what its answers prove."""

import smtplib
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import User
from mailing.models import Attempt, Mailing
from mailing.sending import control
from mailing.sending.turn import take_turn
from mailing.tests.factories import (
    MailingFactory,
    MessageFactory,
    RecipientFactory,
    RecipientListFactory,
)

pytestmark = pytest.mark.django_db

NAMES = ("ann", "ben", "cora")


class HttpError(Exception):
    """What e-mail services' backends raise, with the status of the answer."""

    def __init__(self, status_code: int | None) -> None:
        super().__init__(f"The service answered {status_code}")
        self.status_code = status_code


class Rejected(Exception):
    """What django-anymail raises when all recipients were refused."""


class AnymailStatus:
    status = frozenset({"rejected"})


class Service(BaseEmailBackend):
    """An e-mail service that does as each test tells it for Ben, and takes all other letters."""

    taken: list[EmailMultiAlternatives] = []
    answer: Exception | int = 1

    def send_messages(self, messages: Any) -> int:
        (message,) = messages
        if message.to[0].startswith("Ben"):
            if isinstance(self.answer, Exception):
                if isinstance(self.answer, Rejected):
                    message.anymail_status = AnymailStatus()
                raise self.answer
            return self.answer
        self.taken.append(message)
        return 1


@pytest.fixture(autouse=True)
def service(settings: LazySettings) -> type[Service]:
    settings.EMAIL_BACKEND = f"{__name__}.Service"
    settings.DEFAULT_FROM_EMAIL = "Mailshot <post@mailshot.example>"
    Service.taken, Service.answer = [], 1
    return Service


@pytest.fixture
def attempt(alice: User) -> Attempt:
    readers = [
        RecipientFactory.create(owner=alice, email=f"{name}@example.org", full_name=name.title())
        for name in NAMES
    ]
    mailing: Mailing = MailingFactory.create(
        owner=alice,
        message=MessageFactory.create(
            owner=alice, subject="Привет, {{ full_name }}", body_html="<p>Hello &amp; welcome</p>"
        ),
        lists=[RecipientListFactory.create(owner=alice, recipients=readers)],
    )
    return control.run_now(mailing, alice, Attempt.Trigger.MANUAL)


def test_letters_arrive_whole(attempt: Attempt, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    take_turn(attempt.pk)

    attempt.refresh_from_db()
    assert (attempt.status, attempt.sent) == ("success", 3)
    letter = next(each for each in mail.outbox if "ben@" in each.to[0])
    assert letter.subject == "Привет, Ben"
    assert letter.to == ["Ben <ben@example.org>"]
    assert "Hello & welcome" in letter.body
    assert isinstance(letter, EmailMultiAlternatives)
    ((html, kind),) = letter.alternatives
    assert "Hello &amp; welcome" in str(html)
    assert kind == "text/html"
    delivery = attempt.deliveries.get(email="ben@example.org")
    assert letter.extra_headers["Message-ID"] == f"<{delivery.message_id}>"
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (1, "sent"),
        (0, "failed"),
        (HttpError(400), "failed"),
        (HttpError(422), "failed"),
        (HttpError(429), "queued"),
        (HttpError(401), "queued"),
        (HttpError(500), "uncertain"),
        (HttpError(None), "uncertain"),
        (TimeoutError("timed out"), "uncertain"),
        (ConnectionRefusedError("refused"), "queued"),
        (Rejected("nobody"), "failed"),
        (smtplib.SMTPRecipientsRefused({"ben@example.org": (550, b"no")}), "failed"),
        (smtplib.SMTPRecipientsRefused({"ben@example.org": (450, b"later")}), "queued"),
        (smtplib.SMTPDataError(554, b"no"), "failed"),
        (smtplib.SMTPDataError(451, b"later"), "queued"),
        (smtplib.SMTPAuthenticationError(535, b"who?"), "queued"),
        (smtplib.SMTPServerDisconnected("gone"), "uncertain"),
    ],
    ids=repr,
)
def test_what_the_backend_says_is_what_the_ledger_holds(
    attempt: Attempt, service: type[Service], answer: Exception | int, state: str
) -> None:
    service.answer = answer
    take_turn(attempt.pk)

    assert attempt.deliveries.get(email="ben@example.org").state == state
    others = attempt.deliveries.exclude(email="ben@example.org")
    assert set(others.values_list("state", flat=True)) == {"sent"}


def test_a_service_that_is_away_pauses_the_attempt(
    attempt: Attempt, service: type[Service], settings: LazySettings
) -> None:
    settings.SEND_CONNECTIONS = 1
    attempt.deliveries.exclude(email="ben@example.org").delete()
    service.answer = ConnectionRefusedError("refused")
    take_turn(attempt.pk)

    attempt.refresh_from_db()
    assert attempt.trouble_since is not None
    assert "refused" in attempt.server_response


def test_who_unsubscribes_in_time_gets_nothing(attempt: Attempt, service: type[Service]) -> None:
    attempt.deliveries.get(email="ben@example.org").recipient.unsubscribe()  # type: ignore[union-attr]
    take_turn(attempt.pk)
    assert sorted(message.to[0][:3] for message in service.taken) == ["Ann", "Cor"]
