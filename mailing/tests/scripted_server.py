"""A mail server that answers each step as it is told, and letters for it."""

import socket
import threading
import time
from contextlib import suppress

from mailing.models import Delivery
from mailing.sending.compose import Composer
from mailing.sending.transport import Letter, Outcome
from mailing.sending.transport.couriers import Couriers
from mailing.sending.transport.job import Job

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
        #: answers that are given once, before those of the script
        self.first: dict[str, list[bytes | None]] = {}
        self.heard: list[str] = []
        self.received = bytearray()
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
                    self.received += line
                    continue
                step = "."
            self.heard.append(step)
            answer = self._answer(client, step)
            if not answer:
                return
            in_letter = answer.startswith(b"354")

    def _answer(self, client: socket.socket, step: str) -> bytes | None:
        first = self.first.get(step)
        answer = first.pop(0) if first else self.script.get(step, b"502 what?\r\n")
        if answer:
            client.sendall(answer)
        return answer


class OneLetter(Composer):
    """Has the same letter for everybody."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter

    def compose(self, delivery: Delivery) -> Letter:
        return self.letter


def carry(number: int, *, allowed: bool = True, letter: Letter = LETTER) -> list[Outcome]:
    """Have `number` letters carried by one courier; return what came of each, in their order."""
    carrier = Couriers(OneLetter(letter), number=1)
    carrier.waiting.extend(Job(Delivery(pk=key)) for key in range(number))
    outcomes: dict[int, Outcome] = {}
    give_up_at = time.monotonic() + 10
    while len(outcomes) < number and time.monotonic() < give_up_at:
        asking, ended = carrier.collect(0.05)
        for courier in asking.values():
            courier.answer(allowed)
        outcomes |= {each.job.delivery.pk: each.outcome for each in ended}
        if carrier.are_all_gone:
            break
    carrier.close()
    return [outcomes[key] for key in sorted(outcomes)]


def deliver(*, allowed: bool = True) -> Outcome:
    """Have one letter carried; return what came of it."""
    (outcome,) = carry(1, allowed=allowed)
    return outcome
