"""The directory of caught letters, one file each."""

import re
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

NAME = re.compile(r"\d{20}-[0-9a-f]{8}")
NANOSECONDS = 1_000_000_000

#: The line before each letter that keeps whom the envelope was for.
ENVELOPE = b"X-Envelope-To: "


@dataclass(frozen=True)
class Attachment:
    """A file in a letter."""

    name: str
    content: bytes


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    name = part.get_filename() or part.get_content_type().replace("/", ".")
    return Attachment(name, content if isinstance(content, bytes) else b"")


@dataclass(frozen=True)
class Letter:
    """A caught letter."""

    name: str
    path: Path

    @property
    def caught_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.name[:20]) / NANOSECONDS, tz=UTC)

    @cached_property
    def source(self) -> bytes:
        """The letter as it came, without the envelope's line."""
        return self.path.read_bytes().partition(b"\r\n")[2]

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.source, policy=policy.default)

    @property
    def recipients(self) -> str:
        """Whom the envelope was for, separated by commas."""
        with self.path.open("rb") as file:
            line = file.readline().removeprefix(ENVELOPE)
        return line.decode(errors="replace").strip()

    def text(self, kind: str) -> str | None:
        """Return the body of type text/`kind`, or None."""
        part = self.message.get_body(preferencelist=(kind,))
        return part.get_content() if part is not None else None

    @property
    def headers(self) -> list[tuple[str, str]]:
        return list(self.message.items())

    @property
    def attachments(self) -> list[Attachment]:
        """The parts that are neither of the bodies."""
        if not self.message.is_multipart():
            return []
        return [_attachment(part) for part in self.message.iter_attachments()]


class Store:
    """Keeps the newest letters in a directory.

    Args:
        directory: made when the first letter comes.
        keep: how many letters are kept; a few more may lie there for a while.
    """

    def __init__(self, directory: Path, keep: int = 2000) -> None:
        self.directory, self.keep, self.slack = directory, keep, max(keep // 20, 1)
        self._since_pruning = self.slack

    def add(self, source: bytes, recipients: Sequence[str]) -> Letter:
        """Keep a letter, letting go of the oldest ones."""
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        self.directory.mkdir(parents=True, exist_ok=True)
        unfinished = self.directory / f"{name}.part"
        unfinished.write_bytes(ENVELOPE + ", ".join(recipients).encode() + b"\r\n" + source)
        letter = Letter(name, unfinished.rename(self.directory / f"{name}.eml"))
        self._prune()
        return letter

    def _prune(self) -> None:
        self._since_pruning += 1
        if self._since_pruning >= self.slack:
            self._since_pruning = 0
            for letter in self.letters()[self.keep :]:
                letter.path.unlink(missing_ok=True)

    def letters(self, recipient: str = "") -> list[Letter]:
        """Return the letters, newest first; only those to addresses that contain `recipient`."""
        found = sorted(self._all(), key=lambda letter: letter.name, reverse=True)
        wanted = recipient.lower()
        return (
            [letter for letter in found if wanted in letter.recipients.lower()] if wanted else found
        )

    def _all(self) -> Iterator[Letter]:
        for path in self.directory.glob("*.eml"):
            yield Letter(path.stem, path)

    def get(self, name: str) -> Letter | None:
        """Return the letter of that name, or None."""
        path = self.directory / f"{name}.eml"
        return Letter(name, path) if NAME.fullmatch(name) and path.exists() else None

    def clear(self) -> None:
        """Delete every letter."""
        for letter in self._all():
            letter.path.unlink(missing_ok=True)
