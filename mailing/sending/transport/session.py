"""Beginning a session with the mail server: connect, greet, encrypt, log in."""

import contextlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from mailing.sending.transport.outcome import ServerTrouble, printable
from mailing.sending.transport.replies import Replies

#: Seconds for one whole step of the conversation, however slowly its bytes trickle in.
#: RFC 5321 section 4.5.3.2 allows minutes; a worker's slice has less.
STEP_SECONDS = 40.0
#: Seconds after which an unused session is not trusted any more.
IDLE_SECONDS = 30.0


@dataclass(slots=True)
class Session:
    """A connection over which letters can be sent, and what the server offers on it."""

    sock: socket.socket
    features: Collection[str]
    used_at: float = field(default_factory=time.monotonic)
    letters: int = 0

    @property
    def is_trusted(self) -> bool:
        """Whether it was in use a moment ago."""
        return time.monotonic() - self.used_at < IDLE_SECONDS

    def close(self) -> None:
        """Drop the connection; whatever the server would answer to QUIT does not matter."""
        with contextlib.suppress(OSError):
            self.sock.close()


class Client(smtplib.SMTP):
    """smtplib's client with an end to the length of an answer."""

    def getreply(self) -> tuple[int, bytes]:
        """Read one answer of any number of lines."""
        replies = Replies()
        while True:
            received = self.sock.recv(4096)  # type: ignore[union-attr]
            if not received:
                raise smtplib.SMTPServerDisconnected("The server closed the connection")
            for answer in replies.read(received):
                return answer


class SecureClient(Client, smtplib.SMTP_SSL):
    """The same on a connection that is encrypted from its first byte."""


class Opening:
    """A session being begun; `deadline` (of `time.monotonic`) is when its step must be over."""

    def __init__(self) -> None:
        self.deadline = time.monotonic() + STEP_SECONDS
        self._smtp: smtplib.SMTP | None = None
        self._is_cut = threading.Event()

    def run(self) -> Session:
        """Begin as EMAIL_URL says. Raises ServerTrouble."""
        self._smtp = smtp = _client()
        try:
            smtp._host = settings.EMAIL_HOST  # type: ignore[attr-defined]  # for the TLS name
            code, reply = smtp.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
            if code != 220:
                raise ServerTrouble(printable(reply), code if code > 0 else None)
            self._greet(smtp)
            return self._session(smtp)
        except (OSError, smtplib.SMTPException) as error:
            smtp.close()
            raise _trouble(error) from error
        except ServerTrouble:
            smtp.close()
            raise

    def cut(self) -> None:
        """End a step that has run past its deadline; called from another thread."""
        self._is_cut.set()
        sock = self._smtp.sock if self._smtp is not None else None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _step(self) -> None:
        if self._is_cut.is_set():
            raise ServerTrouble("The server took too long")
        self.deadline = time.monotonic() + STEP_SECONDS

    def _greet(self, smtp: smtplib.SMTP) -> None:
        self._step()
        smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            self._step()
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            self._step()
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)

    def _session(self, smtp: smtplib.SMTP) -> Session:
        self._step()
        sock = smtp.sock
        assert sock is not None  # noqa: S101 - connected above
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        return Session(sock, frozenset(smtp.esmtp_features))


def _client() -> smtplib.SMTP:
    """Return a client that is not connected yet."""
    name, timeout = DNS_NAME.get_fqdn(), settings.EMAIL_TIMEOUT or STEP_SECONDS
    if settings.EMAIL_USE_SSL:
        context = ssl.create_default_context()
        return SecureClient(local_hostname=name, timeout=timeout, context=context)
    return Client(local_hostname=name, timeout=timeout)


def _trouble(error: OSError | smtplib.SMTPException) -> ServerTrouble:
    """Return what the owner is told when the server could not be talked to."""
    if isinstance(error, smtplib.SMTPResponseException):
        return ServerTrouble(printable(error.smtp_error), error.smtp_code)
    return ServerTrouble(printable(str(error) or type(error).__name__))
