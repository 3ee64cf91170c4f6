"""Measures the dashboard with little and with much data; `make bench OPTIONS=--dashboard`."""

import json
from collections.abc import Sequence

from bench.installation import Installation

#: Recipients, mailings, deliveries.
SMALL = (1000, 60, 5000)
LARGE = (1_000_000, 1000, 5_000_000)
ALLOWED = 1.5


def pages(installation: Installation, size: Sequence[int]) -> dict[str, list[float]]:
    """Fill an empty installation, and return for each page ms, ms without a cache, and queries."""
    owner = installation.run("-m", "bench.dashboard_data", *map(str, size)).splitlines()[-1]
    # what is logged comes before it
    return dict(json.loads(installation.run("-m", "bench.dashboard_pages", owner).splitlines()[-1]))


def show(small: dict[str, list[float]], large: dict[str, list[float]]) -> None:
    """Print a line for each page; a page that is slower or asks more than allowed gets a mark."""
    print(f"\n| {'':48} | ms | much: ms | ratio | empty cache: ms | ratio | queries |")
    print(f"|{'-' * 50}|---:|---------:|------:|----------------:|------:|--------:|")
    for name in sorted(small.keys() & large.keys()):
        few, many = small[name], large[name]
        ratios = many[0] / few[0], many[1] / few[1]
        queries = f"{few[2]:.0f}" if few[2] == many[2] else f"{few[2]:.0f} → {many[2]:.0f}"
        mark = " !" if max(ratios) > ALLOWED or few[2] != many[2] else ""
        print(
            f"| {name:48} | {few[0]:.1f} | {many[0]:.1f} | {ratios[0]:.2f} "
            f"| {many[1]:.1f} | {ratios[1]:.2f} | {queries} |{mark}"
        )
    for name in sorted(small.keys() ^ large.keys()):
        print(f"{name}: only with {'little' if name in small else 'much'} data")
