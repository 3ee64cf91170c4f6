"""Reading what a mail server says, in whatever pieces it arrives."""

from collections.abc import Iterator

from mailing.sending.transport.outcome import ServerTrouble

#: Octets; RFC 5321 section 4.5.3.1.5 allows a line of an answer 512.
MAX_LINE = 4096
MAX_REPLY = 65_536


class Replies:
    """The answers in a stream of bytes."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []
        self._size = 0

    def read(self, received: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield the code and the text of each answer that is complete (RFC 5321 section 4.2).

        The code is -1 where there is none. Raises ServerTrouble when a line or an answer is too
        long to be one.
        """
        *lines, self._rest = (self._rest + received).split(b"\n")
        for line in lines:
            self._check(len(line))
            self._lines.append(line[4:].strip())
            if line[3:4] != b"-":
                yield self._answer(line)
        if len(self._rest) > MAX_LINE:
            self._check(len(self._rest))

    def _check(self, length: int) -> None:
        self._size += length
        if length > MAX_LINE or self._size > MAX_REPLY:
            raise ServerTrouble("The server's answer is too long")

    def _answer(self, last: bytes) -> tuple[int, bytes]:
        text = b"\n".join(self._lines)
        self._lines, self._size = [], 0
        return (int(last[:3]), text) if last[:3].isdigit() else (-1, last.strip())
