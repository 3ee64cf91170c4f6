"""Handing letters to the mail server, over connections that are kept open."""

import contextlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.core.mail.utils import DNS_NAME

#: Seconds for one whole step of the conversation, however slowly its bytes trickle in.
#: RFC 5321 section 4.5.3.2 allows minutes; a worker's slice has less.
STEP_SECONDS = 40
#: Seconds after which an unused connection is not trusted any more.
IDLE_SECONDS = 30
MAX_LINE = 4096
MAX_REPLY = 65_536
KEPT_REPLY = 500
#: The class of answers to MAIL, RCPT and DATA with which the letter goes on.
EXPECTED = (2, 2, 3)


class Result(Enum):
    """How the work on one letter ended."""

    COMPOSED = "composed"  # a dry run goes no further
    NOT_COMPOSED = "not composed"  # no letter could be made
    ACCEPTED = "accepted"  # 2yz to the final dot
    TEMPORARY = "temporary"  # 4yz: try this recipient again later
    PERMANENT = "permanent"  # 5yz: never
    UNCERTAIN = "uncertain"  # the dot went out and no clear answer came back
    TROUBLE = "trouble"  # of the server, not the recipient; surely not accepted
    DENIED = "denied"  # the ledger did not allow the dot


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result with the server's answer to it."""

    result: Result
    code: int | None = None
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A composed letter: its envelope, and its bytes with CRLF line ends."""

    envelope_from: str
    envelope_to: str
    content: bytes
    needs_smtputf8: bool = False


class ServerTrouble(Exception):
    """The mail server cannot be used now; nothing was accepted."""

    def __init__(self, reply: str, code: int | None = None) -> None:
        super().__init__(reply)
        self.outcome = Outcome(Result.TROUBLE, code, reply)


class Refused(Exception):
    """The server refused a letter before its end; nothing was accepted."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reply)
        self.outcome = outcome


def printable(reply: bytes | str) -> str:
    """Return a server's reply as text that can be stored and shown, of bounded length."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return "".join(c if c.isprintable() else " " for c in text)[:KEPT_REPLY]


def classify(code: int, reply: bytes, otherwise: Result) -> Outcome:
    """Return what an answer means by its first digit (RFC 5321 section 4.2.1)."""
    results = {2: Result.ACCEPTED, 4: Result.TEMPORARY, 5: Result.PERMANENT}
    known = code if 100 <= code <= 599 else None
    return Outcome(results.get(code // 100, otherwise), known, printable(reply))


class Client(smtplib.SMTP):
    """smtplib's client with an end to the length of an answer."""

    def getreply(self) -> tuple[int, bytes]:
        """Read one answer of any number of lines (RFC 5321 section 4.2)."""
        if self.file is None:
            self.file = self.sock.makefile("rb")  # type: ignore[union-attr]
        lines: list[bytes] = []
        size = 0
        while True:
            line = self.file.readline(MAX_LINE + 1)
            size += len(line)
            if not line:
                self.close()
                raise smtplib.SMTPServerDisconnected("The server closed the connection")
            if len(line) > MAX_LINE or size > MAX_REPLY:
                self.close()
                raise smtplib.SMTPServerDisconnected("The server's answer is too long")
            lines.append(line[4:].strip())
            if line[3:4] != b"-":
                break
        code = int(line[:3]) if line[:3].isdigit() else -1
        return code, b"\n".join(lines) if code > 0 else line.strip()


class SecureClient(Client, smtplib.SMTP_SSL):
    """The same on a connection that is encrypted from its first byte."""


def _client() -> smtplib.SMTP:
    """Return a client that is not connected yet."""
    name, timeout = DNS_NAME.get_fqdn(), settings.EMAIL_TIMEOUT or STEP_SECONDS
    if settings.EMAIL_USE_SSL:
        context = ssl.create_default_context()
        return SecureClient(local_hostname=name, timeout=timeout, context=context)
    return Client(local_hostname=name, timeout=timeout)


class Connection:
    """One SMTP connection, used by one thread at a time.

    `deadline` (a reading of `time.monotonic`, or None) is when the step under way must be over;
    whoever watches calls `cut` after it.
    """

    def __init__(self) -> None:
        self.smtp: smtplib.SMTP | None = None
        self.deadline: float | None = None
        self.used_at = 0.0

    @property
    def is_trusted(self) -> bool:
        """Whether the connection is open and was in use a moment ago."""
        return self.smtp is not None and time.monotonic() - self.used_at < IDLE_SECONDS

    def deliver(self, letter: Letter, may_hand_over: Callable[[], bool]) -> Outcome:
        """Hand over one letter; the final dot goes out only when `may_hand_over` says so."""
        try:
            self._offer_anew(letter) if self.is_trusted else self._offer(self._open(), letter)
        except Refused as refusal:
            return refusal.outcome
        except ServerTrouble as trouble:
            self.close()
            return trouble.outcome
        self.deadline = None
        if not may_hand_over():
            self.close()  # the only way to take a letter back (RFC 5321 section 4.1.1.4)
            return Outcome(Result.DENIED)
        return self._dot()

    def close(self) -> None:
        """Drop the connection; whatever the server would answer to QUIT does not matter."""
        self.deadline = None
        if self.smtp is not None:
            self.smtp.close()
            self.smtp = None

    def cut(self) -> None:
        """End a step that has run past its deadline; called from another thread."""
        sock = self.smtp.sock if self.smtp is not None else None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _step(self) -> None:
        self.deadline = time.monotonic() + STEP_SECONDS

    def _open(self) -> smtplib.SMTP:
        """Connect, greet, encrypt and authenticate as EMAIL_URL says."""
        self.close()
        self._step()
        self.smtp = smtp = _client()
        try:
            smtp._host = settings.EMAIL_HOST  # type: ignore[attr-defined]  # for the TLS name
            code, reply = smtp.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
            if code != 220:
                raise ServerTrouble(printable(reply), code if code > 0 else None)
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # type: ignore[union-attr]
            self._greet(smtp)
        except (OSError, smtplib.SMTPException) as error:
            raise _trouble(error) from error
        return smtp

    def _greet(self, smtp: smtplib.SMTP) -> None:
        self._step()
        smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            self._step()
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)

    def _offer_anew(self, letter: Letter) -> None:
        """Offer on a kept connection; one that the server has meanwhile dropped is replaced."""
        try:
            self._offer(self.smtp, letter)  # type: ignore[arg-type]
        except ServerTrouble:
            self._offer(self._open(), letter)

    def _offer(self, smtp: smtplib.SMTP, letter: Letter) -> None:
        """Say everything up to, and without, the final dot. Raises Refused or ServerTrouble."""
        try:
            self._say_envelope(smtp, letter)
            self._step()
            smtp.send(letter.content.replace(b"\r\n.", b"\r\n.."))  # RFC 5321 section 4.5.2
        except (OSError, smtplib.SMTPException) as error:
            raise _trouble(error) from error

    def _say_envelope(self, smtp: smtplib.SMTP, letter: Letter) -> None:
        """Say MAIL, RCPT and DATA, all at once to a server that offers it (RFC 2920)."""
        options = _mail_options(smtp, letter)
        commands = (
            f"MAIL FROM:<{letter.envelope_from}>{options}\r\n".encode(),
            f"RCPT TO:<{letter.envelope_to}>\r\n".encode(),
            b"DATA\r\n",
        )
        at_once = smtp.has_extn("pipelining")
        self._step()
        if at_once:
            smtp.send(b"".join(commands))
        for number, command in enumerate(commands):
            self._step()
            if not at_once:
                smtp.send(command)
            self._expect(smtp, number, unread=2 - number if at_once else 0)

    def _expect(self, smtp: smtplib.SMTP, number: int, unread: int) -> None:
        """Read the answer to MAIL, RCPT or DATA; one of another class refuses the letter."""
        code, reply = smtp.getreply()
        if code // 100 == EXPECTED[number]:
            return
        outcome = classify(code, reply, Result.TROUBLE)
        permanent_for_all = number == 0 and outcome.result is Result.PERMANENT
        if code == 421 or permanent_for_all or outcome.result in (Result.TROUBLE, Result.ACCEPTED):
            raise ServerTrouble(outcome.reply, outcome.code)
        self._reset(smtp, unread)
        raise Refused(outcome)

    def _reset(self, smtp: smtplib.SMTP, unread: int) -> None:
        """Make the connection ready for another letter, or drop it.

        A server that wants the text though it refused the envelope can only be left.
        """
        try:
            self._step()
            codes = [smtp.getreply()[0] for _ in range(unread)]
            code = smtp.rset()[0] if 354 not in codes else -1
        except (OSError, smtplib.SMTPException):
            code = -1
        if code == 250:
            self._rest()
        else:
            self.close()

    def _dot(self) -> Outcome:
        """End the letter and read the answer that decides (RFC 5321 section 6.1)."""
        smtp = self.smtp
        assert smtp is not None  # noqa: S101 - only reached with an offered letter
        self._step()
        try:
            smtp.send(b".\r\n")
            outcome = classify(*smtp.getreply(), Result.UNCERTAIN)
        except (OSError, smtplib.SMTPException) as error:
            outcome = Outcome(Result.UNCERTAIN, None, printable(str(error)))
        if outcome.result is Result.UNCERTAIN or outcome.code == 421:
            self.close()
        self._rest()
        return outcome

    def _rest(self) -> None:
        self.deadline = None
        self.used_at = time.monotonic()


def _mail_options(smtp: smtplib.SMTP, letter: Letter) -> str:
    if not letter.needs_smtputf8:
        return ""
    if not smtp.has_extn("smtputf8"):
        reply = "The mail server does not take addresses with letters beyond ASCII (SMTPUTF8)."
        raise Refused(Outcome(Result.PERMANENT, None, reply))
    return " SMTPUTF8 BODY=8BITMIME"


def _trouble(error: OSError | smtplib.SMTPException) -> ServerTrouble:
    """Return what the owner is told when the server could not be talked to."""
    if isinstance(error, smtplib.SMTPResponseException):
        return ServerTrouble(printable(error.smtp_error), error.smtp_code)
    return ServerTrouble(printable(str(error) or type(error).__name__))


class Pool:
    """The connections that a process keeps open between its slices of sending."""

    def __init__(self) -> None:
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self._server: tuple[object, ...] = ()

    def take(self) -> Connection:
        """Return a connection that nobody else uses, an open one if there is one."""
        with self._lock:
            self._forget_other_servers()
            return self._idle.pop() if self._idle else Connection()

    def put_back(self, connection: Connection) -> None:
        with self._lock:
            self._idle.append(connection)

    def close(self) -> None:
        """Close what is open and not in use."""
        with self._lock:
            self._close_idle()

    def _close_idle(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()

    def _forget_other_servers(self) -> None:
        server = (settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER)
        if server != self._server:
            self._close_idle()
            self._server = server


pool = Pool()
