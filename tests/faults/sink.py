"""An SMTP server in a process of its own that writes down what it accepts, and misbehaves on order.

Every accepted letter is a line `accepted <Message-ID> <recipient> <time> <subject>` in its log,
written before the final dot is answered; every answer to a dot that was kept back is a line
`silent …`.
What it does wrong stands in a JSON file that it reads again whenever the file changes.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

GOOD = {
    "connect": "220 sink ready",
    "ehlo": "250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8",
    "mail": "250 2.1.0 Ok",
    "rcpt": "250 2.1.5 Ok",
    "data": "354 Go ahead",
    "dot": "250 2.0.0 Ok: queued",
    "quit": "221 2.0.0 Bye",
    "rset": "250 2.0.0 Ok",
}
ADDRESS = re.compile(r"<([^>]*)>")
SUBJECT = re.compile(rb"(?im)^subject:\s*(.*?)\r")
MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*<([^>]+)>")


class Dropped(Exception):
    """The connection is to be closed without another word."""


class Sink:
    """Keeps the log and the orders.

    An order is what `tests.faults.running_sink.Order` describes, with `do` one of: an answer such
    as "451 4.3.0 Later" · "drop" (at the dot: before the letter is accepted) · "drop-after" (the
    letter is accepted, the answer is kept back) · "hang" and "hang-after" (likewise) · "garbage" ·
    "long-line" · "endless" (lines) · "slowly" (one byte a second) · "drip" (likewise, and without
    an end). A `delay` in seconds applies to every step.
    """

    def __init__(self, log: Path, orders: Path) -> None:
        self.log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self.orders_file = orders
        self.orders: list[dict[str, Any]] = []
        self.delay = 0.0
        self.read_at = (0, 0)

    def note(self, *words: str) -> None:
        os.write(self.log, (" ".join(words) + "\n").encode())

    def order_for(self, step: str, recipient: str) -> str:
        """Return what to do wrong at `step` this time, or nothing."""
        for order in self.orders:
            if (
                order["step"] == step
                and order["to"] in {"", recipient}
                and order["times"] != 0
                and random.random() < order["chance"]
            ):
                order["times"] -= 1
                return str(order["do"])
        return ""

    async def follow_orders(self) -> None:
        while True:
            with contextlib.suppress(OSError, ValueError):
                found = self.orders_file.stat()
                if (stamp := (found.st_mtime_ns, found.st_ino)) != self.read_at:
                    told = json.loads(self.orders_file.read_text())
                    self.orders, self.delay = told.get("orders", []), told.get("delay", 0.0)
                    self.read_at = stamp
            await asyncio.sleep(0.05)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(Dropped, OSError, asyncio.IncompleteReadError, ValueError):
            await Conversation(self, reader, writer).hold()
        writer.transport.abort()


class Conversation:
    """One connection."""

    def __init__(
        self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.sink = sink
        self.reader = reader
        self.writer = writer
        self.recipient = ""
        self.refused = False  # the envelope: what was sent along with it is refused as well

    async def hold(self) -> None:
        await self.answer("connect")
        while line := await self.reader.readline():
            words = line.decode("utf-8", "replace").strip()
            step = {"helo": "ehlo"}.get(name := words[:4].lower(), name)
            if step not in GOOD:
                await self.say("500 5.5.1 What?")
                continue
            if step == "rcpt" and (found := ADDRESS.search(words)):
                self.recipient = found[1]
            if step in {"mail", "rset"}:
                self.refused = False
                self.recipient = ""
            if step in {"rcpt", "data"} and self.refused:
                await self.say("503 5.5.1 Not now")
                continue
            accepted = await self.answer(step)
            self.refused = self.refused or not accepted
            if step == "data" and accepted:
                await self.take_letter()
            if step == "quit":
                return

    async def take_letter(self) -> None:
        if self.sink.order_for("body", self.recipient) == "drop":
            self.sink.note("silent", "-", self.recipient)  # the dot may be under way already
            raise Dropped
        content = await self.reader.readuntil(b"\r\n.\r\n")
        found = MESSAGE_ID.search(content)
        letter = (found[1].decode() if found else "-", self.recipient)
        wrong = self.sink.order_for("dot", self.recipient)
        if wrong in {"drop", "hang"} or wrong[:1] in {"4", "5"}:
            if wrong in {"drop", "hang"}:
                self.sink.note("silent", *letter)
            await self.misbehave("dot", wrong)
            return
        subject = SUBJECT.search(content)
        about = quote(subject[1]) if subject else "-"
        self.sink.note("accepted", *letter, f"{time.time():.3f}", about)
        await self.pause()
        if not wrong:
            await self.say(GOOD["dot"])
            return
        self.sink.note("silent", *letter)
        await self.misbehave("dot", wrong.removesuffix("-after"))

    async def answer(self, step: str) -> bool:
        """Answer as one should unless told otherwise; return whether that is what was done."""
        await self.pause()
        if wrong := self.sink.order_for(step, self.recipient):
            await self.misbehave(step, wrong)
            return wrong == "slowly"
        good = GOOD[step]
        if step == "ehlo" and random.random() < 0.5:  # both kinds of servers in one
            good = good.replace("250-8BITMIME", "250-PIPELINING\r\n250-8BITMIME")
        await self.say(good)
        return True

    async def misbehave(self, step: str, wrong: str) -> None:
        if wrong == "drop":
            raise Dropped
        if wrong == "hang":
            self.sink.note("hanging", step, self.recipient or "-")
            await self.hang(step)
        elif wrong == "garbage":
            await self.say("\x00\xff\x7fno such thing as an answer")
        elif wrong == "long-line":
            await self.say("250 " + "x" * 9000)
        elif wrong == "endless":
            while True:
                await self.say("250-and so on")
        elif wrong == "slowly":
            await self.say_slowly(GOOD[step] + "\r\n")
        elif wrong == "drip":
            while True:
                await self.say_slowly("250-and so on\r\n")
        else:
            await self.say(wrong)

    async def hang(self, step: str) -> None:
        """Say nothing until the order is taken back; then the connection is of no use."""
        while any(order["step"] == step for order in self.sink.orders):
            await asyncio.sleep(0.05)
        raise Dropped

    async def pause(self) -> None:
        if self.sink.delay:
            await asyncio.sleep(random.uniform(0, 2 * self.sink.delay))

    async def say_slowly(self, text: str) -> None:
        for character in text:
            self.writer.write(character.encode())
            await self.writer.drain()
            await asyncio.sleep(1)

    async def say(self, text: str) -> None:
        self.writer.write(text.encode("latin-1") + b"\r\n")
        await self.writer.drain()


async def serve(port_file: Path, log: Path, orders: Path, port: int) -> None:
    sink = Sink(log, orders)
    server = await asyncio.start_server(sink.serve, "127.0.0.1", port, limit=2**24, backlog=512)
    port_file.write_text(str(server.sockets[0].getsockname()[1]))
    async with server:
        await asyncio.gather(server.serve_forever(), sink.follow_orders())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("port", type=int)
    told = parser.parse_args()
    place: Path = told.directory
    files = (place / "sink.port", place / "sink.log", place / "sink-orders.json")
    asyncio.run(serve(*files, told.port))


if __name__ == "__main__":
    main()
