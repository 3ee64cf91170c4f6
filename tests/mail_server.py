"""A real SMTP server for tests: it keeps what it accepts and answers as it is told."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import LazySettings

from mailing.sending.transport.pool import pool

Answer = Callable[[str], str | None]


@dataclass
class Accepted:
    """A letter that the server said yes to."""

    envelope_from: str
    recipients: list[str]
    content: bytes

    @property
    def letter(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)

    def part(self, subtype: str) -> str:
        """Return the decoded text of the plain or html part."""
        body = self.letter.get_body((subtype,))
        assert body is not None
        return str(body.get_content())


@dataclass
class MailServer:
    """Keeps accepted letters; `on_rcpt` and `on_data` may return another answer per address."""

    accepted: list[Accepted] = field(default_factory=list)
    connections: int = 0
    on_mail: Answer = field(default=lambda address: None)
    on_rcpt: Answer = field(default=lambda address: None)
    on_data: Answer = field(default=lambda address: None)
    port: int = 0

    @property
    def addresses(self) -> list[str]:
        return sorted(letter.recipients[0] for letter in self.accepted)

    def to(self, address: str) -> Accepted:
        """Return the one letter that `address` got."""
        (letter,) = [each for each in self.accepted if each.recipients == [address]]
        return letter

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return lines

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.on_mail(address):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.on_rcpt(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if answer := self.on_data(envelope.rcpt_tos[0]):
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        letter = Accepted(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        self.accepted.append(letter)
        return f"250 2.0.0 Ok: queued as {len(self.accepted)}"


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture
def mail_server(settings: LazySettings) -> Iterator[MailServer]:
    """A running server that the settings point to."""
    server = MailServer(port=free_port())
    controller = Controller(
        server, hostname="127.0.0.1", port=server.port, enable_SMTPUTF8=True, ready_timeout=20
    )
    controller.start()
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    settings.DEFAULT_FROM_EMAIL = "Mailshot <post@mailshot.example>"
    yield server
    pool.close()
    controller.stop()
