"""What is said and heard in one session, letter after letter: bytes in, bytes out, no socket."""

from collections import deque
from collections.abc import Collection

from mailing.sending.transport.job import Ended, Job
from mailing.sending.transport.outcome import (
    Letter,
    Outcome,
    Result,
    ServerTrouble,
    classify,
    printable,
)
from mailing.sending.transport.replies import Replies

#: The class of the answers with which a letter goes on.
EXPECTED = {"MAIL": 2, "RCPT": 2, "DATA": 3}
NO_SMTPUTF8 = Outcome(
    Result.PERMANENT,
    None,
    "The mail server does not take addresses with letters beyond ASCII (SMTPUTF8).",
)


class Left(Exception):
    """The server did nothing wrong, but this session cannot go on."""


class Conversation:
    """One session's dialogue.

    `outgoing` is what is to be sent. A letter is offered, and once the server has been told all
    of it but the final dot, `asking` is its job; `end_letter` says the dot. A server that takes
    commands in groups (RFC 2920) gets an envelope together with the final dot before it.
    """

    def __init__(self, features: Collection[str]) -> None:
        self.outgoing = bytearray()
        self.offered: Job | None = None
        self.asking: Job | None = None
        self.dotted: Job | None = None
        self.ended: list[Ended] = []
        self.pipelines = "pipelining" in features
        self.takes_utf8 = "smtputf8" in features
        self._until_dot = 0  # bytes of what is outgoing up to the end of a final dot
        self._replies = Replies()
        self._unheard: deque[str] = deque()
        self._unsaid: deque[tuple[str, bytes]] = deque()
        self._refusal: Outcome | None = None
        self._needs_reset = False

    @property
    def is_waiting(self) -> bool:
        """Whether it is the server's turn."""
        return bool(self._unheard)

    @property
    def has_dotted(self) -> bool:
        """Whether a final dot has left us, so that the server may have taken the letter."""
        return self.dotted is not None and not self._until_dot

    def sent(self, number: int) -> None:
        """Take notice that the first `number` bytes of what is outgoing have left."""
        del self.outgoing[:number]
        self._until_dot = max(0, self._until_dot - number)

    def takes(self, letter: Letter) -> bool:
        """Whether the server can take a letter with such addresses (RFC 6531)."""
        return self.takes_utf8 or not letter.needs_smtputf8

    def offer(self, job: Job, letter: Letter) -> None:
        """Say the envelope of a letter, or as much of it as the server takes at once."""
        self.offered = job
        self._refusal = None
        if self._needs_reset:
            self._unsaid.append(("RSET", b"RSET\r\n"))
            self._needs_reset = False
        options = " SMTPUTF8 BODY=8BITMIME" if letter.needs_smtputf8 else ""
        self._unsaid += (
            ("MAIL", f"MAIL FROM:<{letter.envelope_from}>{options}\r\n".encode()),
            ("RCPT", f"RCPT TO:<{letter.envelope_to}>\r\n".encode()),
            ("DATA", b"DATA\r\n"),
        )
        self._say()

    def end_letter(self) -> None:
        """Say the final dot of the letter that asks for it."""
        self.dotted, self.asking = self.asking, None
        self.outgoing += b".\r\n"
        self._until_dot = len(self.outgoing)
        self._unheard.append(".")

    def hear(self, received: bytes) -> bool:
        """Take in what the server says, and answer it; whether that was a whole answer.

        Raises ServerTrouble when it cannot be talked to any more, Left when one had better not.
        """
        is_answer = False
        for code, reply in self._replies.read(received):
            is_answer = True
            if not self._unheard:
                self._interrupted(code, reply)
            step = self._unheard.popleft()
            if step == ".":
                self._hear_end(code, reply)
            elif step == "RSET":
                self._hear_reset(code, reply)
            else:
                self._hear_envelope(step, code, reply)
        return is_answer

    def _say(self) -> None:
        """Say the next command; all of them to a server that pipelines."""
        while self._unsaid:
            step, command = self._unsaid.popleft()
            self.outgoing += command
            self._unheard.append(step)
            if not self.pipelines:
                return

    def _hear_end(self, code: int, reply: bytes) -> None:
        """The answer that decides (RFC 5321 section 6.1)."""
        outcome = classify(code, reply, Result.UNCERTAIN)
        assert self.dotted is not None  # noqa: S101 - a dot is said for a letter only
        self.ended.append(Ended(self.dotted, outcome))
        self.dotted = None
        if outcome.result is Result.UNCERTAIN or outcome.code == 421:
            raise Left

    def _hear_reset(self, code: int, reply: bytes) -> None:
        if code // 100 != 2:
            raise ServerTrouble(printable(reply), code if code > 0 else None)
        self._say()

    def _hear_envelope(self, step: str, code: int, reply: bytes) -> None:
        if self._refusal is None and code // 100 == EXPECTED[step]:
            self._go_on(step)
            return
        if self._refusal is None:
            self._refusal = _refusal(step, code, reply)
            self._unsaid.clear()
            self._needs_reset = True
        if step in self._last_of_envelope():
            self._end_refused()
        if step == "DATA" and code // 100 == 3:
            raise Left  # it wants the text of what it refused (RFC 2920 section 3.1)

    def _last_of_envelope(self) -> tuple[str, ...]:
        return ("DATA",) if self.pipelines else ("MAIL", "RCPT", "DATA")

    def _go_on(self, step: str) -> None:
        if step != "DATA":
            self._say()
            return
        job = self.offered
        assert job is not None  # noqa: S101 - DATA is said for a letter only
        assert job.letter is not None  # noqa: S101
        self.outgoing += job.letter.content.replace(b"\r\n.", b"\r\n..")  # RFC 5321 section 4.5.2
        self.outgoing += job.letter.tail
        self.offered, self.asking = None, job

    def _end_refused(self) -> None:
        assert self.offered is not None  # noqa: S101
        assert self._refusal is not None  # noqa: S101
        self.ended.append(Ended(self.offered, self._refusal))
        self.offered = None

    def _interrupted(self, code: int, reply: bytes) -> None:
        """The server speaks out of turn: it refuses a letter before its end, or takes its leave."""
        outcome = classify(code, reply, Result.TROUBLE)
        if self.asking and outcome.result in (Result.TEMPORARY, Result.PERMANENT) and code != 421:
            self.ended.append(Ended(self.asking, outcome))
            self.asking = None
            raise Left
        raise ServerTrouble(outcome.reply, outcome.code)


def _refusal(step: str, code: int, reply: bytes) -> Outcome:
    """Return what an answer to MAIL, RCPT or DATA means when it is not the one expected.

    Raises ServerTrouble when it tells of the server and not of this letter.
    """
    outcome = classify(code, reply, Result.TROUBLE)
    permanent_for_all = step == "MAIL" and outcome.result is Result.PERMANENT
    if code == 421 or permanent_for_all or outcome.result in (Result.TROUBLE, Result.ACCEPTED):
        raise ServerTrouble(outcome.reply, outcome.code)
    return outcome
