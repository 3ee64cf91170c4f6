"""Measures the dashboard with little and with much data; `make bench OPTIONS=--dashboard`."""

import json
from collections.abc import Sequence
from statistics import median
from typing import IO, Any, cast

from bench.dashboard_pages import ANSWER
from bench.installation import Installation

#: Recipients, mailings, deliveries.
SMALL = (1000, 60, 5000)
LARGE = (1_000_000, 1000, 5_000_000)
ALLOWED = 1.5
TIMES = 21


class Reader:
    """Asks for the pages of an installation, one at a time, in a process of its own."""

    def __init__(self, installation: Installation, size: Sequence[int]) -> None:
        """Fill an empty installation, and find the addresses of its pages."""
        owner = installation.run("-m", "bench.dashboard_data", *map(str, size)).splitlines()[-1]
        # what is logged comes before it
        self.process = installation.start("-m", "bench.dashboard_pages", owner)
        self.input, self.output = (
            cast("IO[str]", end) for end in (self.process.stdin, self.process.stdout)
        )
        self.addresses: dict[str, str] = self._read()

    def ask(self, name: str, without_cache: bool = False) -> tuple[float, int]:
        """Return the milliseconds that a page takes, and its queries."""
        self.input.write(json.dumps([self.addresses[name], without_cache]) + "\n")
        self.input.flush()
        milliseconds, queries = self._read()
        return milliseconds, queries

    def _read(self) -> Any:
        line = next((line for line in self.output if line.startswith(ANSWER)), "")
        if not line:
            raise RuntimeError("The pages ended early")
        return json.loads(line.removeprefix(ANSWER))

    def close(self) -> None:
        self.input.close()
        self.process.wait(60)


def measure(small: Reader, large: Reader) -> None:
    """Ask both for each page in turns, so that whatever else goes on falls on both, and print."""
    for name in sorted(small.addresses.keys() ^ large.addresses.keys()):
        print(f"{name}: only with {'little' if name in small.addresses else 'much'} data")
    print(f"\n| {'':48} | ms | much: ms | ratio | empty cache: ms | ratio | queries |")
    print(f"|{'-' * 50}|---:|---------:|------:|----------------:|------:|--------:|", flush=True)
    for name in sorted(small.addresses.keys() & large.addresses.keys()):
        asked = [reader.ask(name, without_cache=True)[1] for reader in (small, large)]
        few, many, ratio = _medians(name, small, large, TIMES)
        *_, many_cold, ratio_cold = _medians(name, small, large, TIMES // 2, without_cache=True)
        queries = f"{asked[0]}" if asked[0] == asked[1] else f"{asked[0]} → {asked[1]}"
        mark = " !" if max(ratio, ratio_cold) > ALLOWED or asked[0] != asked[1] else ""
        print(
            f"| {name:48} | {few:.1f} | {many:.1f} | {ratio:.2f} "
            f"| {many_cold:.1f} | {ratio_cold:.2f} | {queries} |{mark}",
            flush=True,
        )


def _medians(
    name: str, small: Reader, large: Reader, times: int, without_cache: bool = False
) -> tuple[float, float, float]:
    """Return the medians of the milliseconds of both, and of their ratio in each turn."""
    turns = [
        (small.ask(name, without_cache)[0], large.ask(name, without_cache)[0]) for _ in range(times)
    ]
    few, many = zip(*turns, strict=True)
    return median(few), median(many), median(much / little for little, much in turns)
