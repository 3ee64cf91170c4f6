"""Letters, and what can come of handing one over."""

from dataclasses import dataclass
from enum import Enum

KEPT_REPLY = 500


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
    """A composed letter: its envelope, and its bytes with CRLF line ends.

    `tail` follows the content and is the same object in all letters of an attempt: its files.
    """

    envelope_from: str
    envelope_to: str
    content: bytes
    needs_smtputf8: bool = False
    tail: bytes = b""


class ServerTrouble(Exception):
    """The mail server cannot be used now; nothing more was accepted."""

    def __init__(self, reply: str, code: int | None = None) -> None:
        super().__init__(reply)
        self.outcome = Outcome(Result.TROUBLE, code, reply)


def printable(reply: bytes | str) -> str:
    """Return a server's reply as text that can be stored and shown, of bounded length."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return text[:KEPT_REPLY]


def classify(code: int, reply: bytes, otherwise: Result) -> Outcome:
    """Return what an answer means by its first digit (RFC 5321 section 4.2.1)."""
    results = {2: Result.ACCEPTED, 4: Result.TEMPORARY, 5: Result.PERMANENT}
    known = code if 100 <= code <= 599 else None
    return Outcome(results.get(code // 100, otherwise), known, printable(reply))
