"""The site, its worker and a mail catcher on one machine, for trying it out and for development."""

import os
import shlex
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType

from honcho.manager import SIGNALS, Manager
from honcho.printer import Message, Printer

ADDRESS = "127.0.0.1"
HIGHEST_PORT = 65535

#: Seconds a worker has to finish; honcho kills what is still there after five.
GRACE = 4

#: Seconds between two looks whether the site answers yet.
PAUSE = 0.2


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True


def reserved(first: int = 0) -> socket.socket:
    """Take the first free port from `first` on, or any for 0; keep it while the socket is open.

    Who is told of the port can listen on it meanwhile, but nobody else gets it from here.
    """
    taken = socket.socket()
    for port in range(first, HIGHEST_PORT + 1):
        with suppress(OSError):
            taken.bind((ADDRESS, port))
            break
    # not before: with it, two could take the same port as long as nobody listens
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return taken


def answers(url: str) -> bool:
    """Whether a web server answers at `url`."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310
            return True
    except (urllib.error.URLError, OSError):
        return False


class Screen(Printer):
    """Shows what the processes print, and a notice once the site answers."""

    def __init__(self, url: str, notice: str) -> None:
        super().__init__()
        self.url, self.notice = url, notice
        self._waiting = threading.Thread(target=self._announce, daemon=True)

    def write(self, message: Message) -> None:
        """Show a line; when the terminal is gone, end everything."""
        if self._waiting.ident is None:
            self._waiting.start()  # honcho writes first when it has forked all it will fork
        try:
            super().write(message)
        except OSError:
            os.kill(os.getpid(), signal.SIGTERM)

    def _announce(self) -> None:
        while not answers(self.url):
            time.sleep(PAUSE)
        print(self.notice, file=self.output, flush=True)


def _pass_on_hang_up() -> None:
    """Take a closed terminal for a wish to end; honcho knows only SIGTERM and SIGINT."""
    main = os.getpid()

    def end(number: int, frame: FrameType | None) -> None:
        if os.getpid() == main:
            os.kill(main, signal.SIGTERM)

    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, end)


def run_processes(commands: Mapping[str, list[str]], screen: Screen, root: Path) -> bool:
    """Run Python with the arguments in `commands`, by name, until one ends or all are stopped.

    Returns:
        Whether they were stopped, rather than one having ended by itself.
    """
    manager = Manager(screen)
    for name, arguments in commands.items():
        command = shlex.join([sys.executable, "-u", *arguments])
        manager.add_process(name, f"exec {command}", cwd=str(root))
    _pass_on_hang_up()
    manager.loop()
    return manager.returncode in {stop["rc"] for stop in SIGNALS.values()}


def wanted_port(text: str, command: Callable[[int], str]) -> int:
    """Return the port that `text` names.

    Args:
        command: tells which command would start the site on another port.

    Raises:
        ValueError: it is no port, or taken; says what to do.
    """
    if not text.isdecimal() or not 1 <= int(text) <= HIGHEST_PORT:
        raise ValueError(f"PORT is {text!r}; it must be a number from 1 to {HIGHEST_PORT}.")
    port = int(text)
    if not is_free(port):
        with reserved(max(port + 1, 1024)) as other:
            advice = command(other.getsockname()[1])
        raise ValueError(f"Port {port} is taken. Use another one: {advice}")
    return port
