"""What the engine makes of mail servers that misbehave at each step of the conversation."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from django.conf import LazySettings

from mailing.sending import transport
from mailing.sending.transport import Connection, Letter, Outcome, Result

LETTER = Letter("post@mailshot.example", "ann@example.org", b"Subject: Hi\r\n\r\nHello\r\n")

#: What the server answers at each step; None drops the connection instead.
POLITE: dict[str, bytes | None] = {
    "connect": b"220 ready\r\n",
    "EHLO": b"250 hello\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go on\r\n",
    ".": b"250 accepted\r\n",
    "RSET": b"250 ok\r\n",
}


class ScriptedServer:
    """Answers each step as its script says, and notes what it was told."""

    def __init__(self) -> None:
        self.script = dict(POLITE)
        self.heard: list[str] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                with client, suppress(OSError):
                    self._converse(client)

    def _converse(self, client: socket.socket) -> None:
        file = client.makefile("rb")
        in_letter = False
        if not self._answer(client, "connect"):
            return
        for line in file:
            step = line.strip().decode()[:4].upper()
            if in_letter:
                if line != b".\r\n":
                    continue
                step = "."
            self.heard.append(step)
            in_letter = step == "DATA" and self.script["DATA"] == POLITE["DATA"]
            if not self._answer(client, step):
                return

    def _answer(self, client: socket.socket, step: str) -> bool:
        answer = self.script.get(step, b"502 what?\r\n")
        if answer:
            client.sendall(answer)
        return bool(answer)


@pytest.fixture(
    params=[b"250 hello\r\n", b"250-hello\r\n250 PIPELINING\r\n"], ids=["plain", "pipelining"]
)
def server(settings: LazySettings, request: pytest.FixtureRequest) -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    server.script["EHLO"] = request.param
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.listener.close()


@pytest.fixture
def connection() -> Iterator[Connection]:
    connection = Connection()
    yield connection
    connection.close()


def deliver(connection: Connection, allowed: Callable[[], bool] = lambda: True) -> Outcome:
    return connection.deliver(LETTER, allowed)


def test_a_polite_server_accepts(server: ScriptedServer, connection: Connection) -> None:
    assert deliver(connection) == Outcome(Result.ACCEPTED, 250, "accepted")
    assert server.heard == ["EHLO", "MAIL", "RCPT", "DATA", "."]


@pytest.mark.parametrize(
    ("step", "answer", "result"),
    [
        ("connect", b"421 busy\r\n", Result.TROUBLE),
        ("connect", b"554 go away\r\n", Result.TROUBLE),
        ("connect", b"garbage\r\n", Result.TROUBLE),
        ("connect", None, Result.TROUBLE),
        ("EHLO", None, Result.TROUBLE),
        ("MAIL", b"421 closing\r\n", Result.TROUBLE),
        ("MAIL", b"450 later\r\n", Result.TEMPORARY),
        ("MAIL", b"530 log in first\r\n", Result.TROUBLE),
        ("MAIL", None, Result.TROUBLE),
        ("RCPT", b"421 closing\r\n", Result.TROUBLE),
        ("RCPT", b"450 greylisted\r\n", Result.TEMPORARY),
        ("RCPT", b"452 full\r\n", Result.TEMPORARY),
        ("RCPT", b"550 nobody\r\n", Result.PERMANENT),
        ("RCPT", b"554 no\r\n", Result.PERMANENT),
        ("RCPT", b"nonsense\r\n", Result.TROUBLE),
        ("RCPT", None, Result.TROUBLE),
        ("DATA", b"451 later\r\n", Result.TEMPORARY),
        ("DATA", b"554 no\r\n", Result.PERMANENT),
        ("DATA", b"250 what?\r\n", Result.TROUBLE),
        ("DATA", None, Result.TROUBLE),
        (".", b"250 ok\r\n", Result.ACCEPTED),
        (".", b"421 closing\r\n", Result.TEMPORARY),
        (".", b"452 full\r\n", Result.TEMPORARY),
        (".", b"552 too big\r\n", Result.PERMANENT),
        (".", b"354 what?\r\n", Result.UNCERTAIN),
        (".", b"garbage\r\n", Result.UNCERTAIN),
        (".", b"250-" + b"x" * 9000 + b"\r\n", Result.UNCERTAIN),
        (".", b"250-more\r\n" * 20_000, Result.UNCERTAIN),
        (".", None, Result.UNCERTAIN),
    ],
)
def test_every_answer_at_every_step_has_its_meaning(
    server: ScriptedServer,
    connection: Connection,
    step: str,
    answer: bytes | None,
    result: Result,
) -> None:
    server.script[step] = answer
    assert deliver(connection).result is result


def test_nobody_listens(settings: LazySettings, connection: Connection) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    outcome = deliver(connection)

    assert outcome.result is Result.TROUBLE
    assert "refused" in outcome.reply


def test_without_leave_the_dot_is_not_sent(server: ScriptedServer, connection: Connection) -> None:
    assert deliver(connection, lambda: False).result is Result.DENIED
    assert "." not in server.heard
    assert connection.smtp is None


def test_a_refused_recipient_does_not_cost_the_connection(
    server: ScriptedServer, connection: Connection
) -> None:
    server.script |= {"RCPT": b"550 nobody\r\n", "DATA": b"503 whom?\r\n"}
    deliver(connection)
    server.script |= {"RCPT": POLITE["RCPT"], "DATA": POLITE["DATA"]}
    assert deliver(connection).result is Result.ACCEPTED
    assert server.heard.count("EHLO") == 1


def test_a_server_that_wants_the_text_of_what_it_refused_is_left(
    server: ScriptedServer, connection: Connection
) -> None:
    server.script["EHLO"] = b"250-hello\r\n250 PIPELINING\r\n"
    server.script["RCPT"] = b"550 nobody\r\n"  # and 354 to DATA all the same (RFC 2920, 3.1)
    assert deliver(connection).result is Result.PERMANENT
    assert connection.smtp is None
    assert "." not in server.heard


def test_a_kept_connection_that_the_server_dropped_is_replaced(
    server: ScriptedServer, connection: Connection
) -> None:
    deliver(connection)
    assert connection.smtp is not None
    assert connection.smtp.sock is not None
    connection.smtp.sock.shutdown(socket.SHUT_RDWR)
    assert deliver(connection).result is Result.ACCEPTED
    assert server.heard.count("EHLO") == 2


@pytest.mark.parametrize(("step", "result"), [("RCPT", Result.TROUBLE), (".", Result.UNCERTAIN)])
def test_a_step_that_takes_too_long_is_cut(
    server: ScriptedServer,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    result: Result,
) -> None:
    """A server that says a little now and then never lets a single read time out."""
    monkeypatch.setattr(transport, "STEP_SECONDS", 0.3)
    server.script[step] = b"250-wait\r\n"
    cutter = threading.Timer(0.5, connection.cut)
    cutter.start()
    assert deliver(connection).result is result
    assert connection.deadline is None
    cutter.join()


def test_what_the_server_says_is_stored_without_control_characters(
    server: ScriptedServer, connection: Connection
) -> None:
    server.script["."] = b"550 \x1b[31m<b>no</b>\x00 " + b"y" * 2000 + b"\r\n"
    reply = deliver(connection).reply

    assert reply.isprintable()
    assert len(reply) == transport.KEPT_REPLY
