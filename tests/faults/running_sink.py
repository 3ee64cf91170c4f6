"""The mail server of `tests.faults.sink` in a process of its own, as its user sees it."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from tests.shared import ROOT


class Order(NamedTuple):
    """What the server is to do wrong, where in the conversation, how often and to whom."""

    #: connect, ehlo, mail, rcpt, data, body, dot, quit or rset
    step: str
    do: str
    chance: float = 1
    #: the address it concerns, from RCPT on; everybody when empty
    to: str = ""
    #: how often at most; -1 for always
    times: int = -1


class Accepted(NamedTuple):
    """A letter that the server took, and when (of `time.time`)."""

    message_id: str
    address: str
    at: float
    subject: str


class RunningSink:
    """A sink in another process."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.log = directory / "sink.log"
        self.orders = directory / "sink-orders.json"
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, on the port it had before if there was one."""
        (self.directory / "sink.port").unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.faults.sink", str(self.directory), str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT)
        while not (text := _read(self.directory / "sink.port")):
            time.sleep(0.02)
        self.port = int(text)

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def order(self, *orders: Order, delay: float = 0) -> None:
        """Let it do wrong, and take all earlier orders back."""
        told = [order._asdict() for order in orders]
        new = self.orders.with_suffix(".new")
        new.write_text(json.dumps({"orders": told, "delay": delay}))
        new.rename(self.orders)
        time.sleep(0.15)

    def accepted(self) -> list[Accepted]:
        """Return the letters it took, in their order."""
        rows = self.lines("accepted")
        return [Accepted(key, to, float(at), unquote(about)) for key, to, at, about in rows]

    def lines(self, kind: str) -> list[list[str]]:
        """Return the words after `kind` of every such line."""
        rows = (line.split() for line in _read(self.log).splitlines())
        return [words[1:] for words in rows if words and words[0] == kind]


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


@contextmanager
def running_sink(directory: Path | None = None) -> Iterator[RunningSink]:
    """Run a sink; its log and orders are in `directory`."""
    with tempfile.TemporaryDirectory(prefix="mailshot-sink-") as own:
        sink = RunningSink(directory or Path(own))
        sink.start()
        try:
            yield sink
        finally:
            sink.stop()
