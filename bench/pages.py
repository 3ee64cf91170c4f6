"""Measures how fast pages come, kept and made anew; `make bench OPTIONS=--pages`."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bench.installation import ROOT, Installation
from bench.sink import free_port

CONSTANT = "/constant"
SIZES = (10, 1000, 10_000)


def measure(installation: Installation, seconds: float) -> None:
    """Print rates of pages at growing numbers of articles, each beside a bare view."""
    print(f"\n| {'':34} | articles | requests/s | ÷ bare view | µs of processor | bare ÷ it |")
    print(f"|{'-' * 36}|---------:|-----------:|------------:|----------------:|----------:|")
    for size in SIZES:
        article = installation.run("-m", "bench.articles", str(size)).splitlines()[-1]
        pages = {"home": "/", "index": "/blog/", "article": article}
        _measure(
            installation,
            f"{size:,}",
            "kept",
            {**pages, "article, new visitors": f"{article}#new"},
            seconds,
        )
        _measure(installation, f"{size:,}", "made", pages, seconds, PAGE_CACHE="0")
        _measure(installation, f"{size:,}", "plain Wagtail", pages, seconds, BENCH_PLAIN="1")


def _measure(
    installation: Installation,
    size: str,
    how: str,
    pages: dict[str, str],
    seconds: float,
    **environment: str,
) -> None:
    with _served(installation, environment) as (port, pid):
        for address in pages.values():
            _ask(port, address)
        for name, address in pages.items():
            arguments = (str(port), str(pid), str(seconds), CONSTANT, address)
            said = installation.run("-m", "bench.load", *arguments)
            bare, page = (tuple(map(float, line.split())) for line in said.splitlines())
            rates = f"{page[0]:10.0f} | {page[0] / bare[0]:11.2f}"
            times = f"{page[1]:15.0f} | {bare[1] / page[1]:9.2f}"
            print(f"| {name + ', ' + how:34} | {size:>8} | {rates} | {times} |", flush=True)


@contextmanager
def _served(installation: Installation, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Serve the site with one process, so that the load has a core of its own."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "bench.web", "--workers", "1", "--threads", "4"]
    server = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "--log-level", "error"],
        env={**installation.environment, **environment},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(30)


def _wait(port: int) -> None:
    for _ in range(300):
        with suppress(OSError):
            _ask(port, CONSTANT)
            return
        time.sleep(0.1)
    raise RuntimeError("The site is not served")


def _ask(port: int, address: str) -> None:
    with urllib.request.urlopen(f"http://localhost:{port}{address}") as answer:
        answer.read()
