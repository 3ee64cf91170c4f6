"""Asks a web server for pages over and over on kept connections.

python -m bench.load PORT PID SECONDS PATH PATH …

For each path it prints requests a second, and the processor time in µs that the children of PID
took for a request: other work on the machine changes the second less than the first.

An address that ends in "#new" is asked for by a new visitor each time.

The addresses take turns of a fraction of the time, so that what else the machine does falls on all
of them alike.
"""

import os
import socket
import sys
import time
from itertools import count
from pathlib import Path
from statistics import median
from threading import Thread

CONNECTIONS = 4
TURNS = 5
_visitors = count()


def request(address: str) -> bytes:
    path, _, is_new = address.partition("#")
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: localhost",
        f"User-Agent: Mozilla/5.0 Firefox/{next(_visitors) if is_new else 140}",
        "Accept-Language: en",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def read_answer(connection: socket.socket) -> None:
    """Read one answer to its end; only 200 is good enough."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    status, *headers = head.split(b"\r\n")
    if b" 200 " not in status:
        raise RuntimeError(status.decode())
    lengths = [
        line.split(b":")[1] for line in headers if line.lower().startswith(b"content-length")
    ]
    missing = int(lengths[0]) - len(body)
    while missing > 0:
        missing -= len(connection.recv(65536))


def ask(port: int, path: str, seconds: float, answers: list[int]) -> None:
    """Ask one after another for a while, and add the number of answers to `answers`."""
    number, end = 0, time.perf_counter() + seconds
    with socket.create_connection(("127.0.0.1", port)) as connection:
        while time.perf_counter() < end:
            connection.sendall(request(path))
            read_answer(connection)
            number += 1
    answers.append(number)


def rate(port: int, path: str, seconds: float) -> float:
    """Return how many requests were answered in a second."""
    answers: list[int] = []
    arguments = (port, path, seconds, answers)
    threads = [Thread(target=ask, args=arguments) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(answers) < CONNECTIONS:
        raise RuntimeError(f"{path} was not answered")
    return sum(answers) / seconds


def processor_seconds(parent: int) -> float:
    """Return what the children of a process have used so far."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    ticks = 0
    for child in children:
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(port: int, pid: int, seconds: float, path: str) -> tuple[float, float]:
    """Return requests a second and µs for a request."""
    before = processor_seconds(pid)
    requests = rate(port, path, seconds)
    return requests, (processor_seconds(pid) - before) / (requests * seconds) * 1e6


def main(port: int, pid: int, seconds: float, paths: list[str]) -> str:
    turns = [[measure(port, pid, seconds / TURNS, path) for path in paths] for _ in range(TURNS)]
    lines = []
    for column in zip(*turns, strict=True):
        rates, times = zip(*column, strict=True)
        lines.append(f"{median(rates):.1f} {median(times):.1f}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]))
