"""Asks a web server for a page over and over on kept connections; prints requests a second.

python -m bench.load PORT SECONDS PATH PATH …

The addresses take turns of a fraction of the time, so that what else the machine does falls on all
of them alike.
"""

import socket
import sys
import time
from itertools import count
from statistics import median
from threading import Thread

CONNECTIONS = 2
TURNS = 5
_visitors = count()


def request(path: str) -> bytes:
    """Return a request of a visitor who was not here before."""
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: localhost",
        f"User-Agent: Mozilla/5.0 Firefox/{next(_visitors)}",
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


def main(port: int, seconds: float, paths: list[str]) -> str:
    rates = [[rate(port, path, seconds / TURNS) for path in paths] for _ in range(TURNS)]
    return " ".join(f"{median(column):.1f}" for column in zip(*rates, strict=True))


if __name__ == "__main__":
    print(main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
