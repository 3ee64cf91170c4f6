"""Mail servers that throw everything away: Postfix's when it can be had, else one of our own."""

import asyncio
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

VAR = Path(__file__).resolve().parents[1] / "var" / "bench"
POSTFIX = VAR / "postfix"
GREETING = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"


def unpack_postfix() -> bool:
    """Fetch Debian's package and unpack it, starting nothing; whether its programs are there."""
    program = POSTFIX / "usr/sbin/smtp-sink"
    if not program.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        script = "apt-get download -q postfix && dpkg-deb -x postfix_*.deb postfix"
        subprocess.run(["sh", "-c", script], cwd=VAR, capture_output=True, check=False)
    return program.exists()


def postfix_command(program: str, *arguments: str) -> list[str]:
    """Return the command that runs a program of the unpacked package."""
    library = f"LD_LIBRARY_PATH={POSTFIX / 'usr/lib/postfix'}"
    return ["env", library, str(POSTFIX / "usr/sbin" / program), *arguments]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Faults(NamedTuple):
    """What a sink does wrong: seconds for each answer, and the share of letters refused for now."""

    delay: float = 0
    refused: float = 0


@contextmanager
def sink(faults: Faults | None = None) -> Iterator[int]:
    """Run a sink, Postfix's when it is to do nothing wrong; give its port."""
    port = free_port()
    if faults is None and unpack_postfix():
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        command = postfix_command("smtp-sink", *user, f"127.0.0.1:{port}", "1000")
    else:
        command = [sys.executable, "-m", "bench.sink", str(port), *map(str, faults or Faults())]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as sock:
            if not sock.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise RuntimeError("The sink does not listen")


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, faults: Faults
) -> None:
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        answer = GREETING if verb == b"EHLO" else b"250 2.0.0 Ok\r\n"
        if faults.delay:
            await asyncio.sleep(faults.delay)
        if verb == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            await asyncio.sleep(faults.delay)
            if random.random() < faults.refused:  # noqa: S311 - a share, not a secret
                answer = b"451 4.3.0 Later\r\n"
        writer.write(answer)
        if verb == b"QUIT":
            break
    writer.close()


async def _serve(port: int, faults: Faults) -> None:
    server = await asyncio.start_server(
        lambda reader, writer: _converse(reader, writer, faults), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Faults(*map(float, sys.argv[2:]))))
