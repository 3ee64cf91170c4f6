"""Measures sending the whole way, or the public pages, and prints a table; `make bench`.

python -m bench [--letters N] [--embedded] [--workers N] [--connections N] [--only-engine]
python -m bench --pages [--seconds N] [--embedded]
python -m bench --import [--rows N] [--embedded]
python -m bench --dashboard [--size RECIPIENTS MAILINGS DELIVERIES]
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence

from bench import baselines, dashboard, importing, pages
from bench.installation import Installation, installed, send
from bench.sink import Faults, sink

SOURCE = "smtp-source, 20 connections"
NODEMAILER = "nodemailer, 20 connections"
SLOW = Faults(delay=0.02)
Rates = dict[str, float | None]


def main() -> None:
    options = _options()
    if options.dashboard:
        measure_dashboard(options.size)
        return
    with installed(on_servers=not options.embedded) as installation:
        if options.importing:
            importing.measure(installation, options.rows)
            return
        if options.pages:
            pages.measure(installation, options.seconds)
            return
        rates: Rates = {}
        if not (options.only_engine or options.embedded):
            rates |= measure_others(installation, options.letters)
        rates |= measure_engine(installation, options)
        if not (options.only_engine or options.embedded):
            rates |= measure_troubled_servers(installation, options)
        show(rates)
        measure_opening(installation, options.opening)
    if not (options.only_engine or options.embedded):
        print("\nOn the embedded default:", flush=True)
        subprocess.run([sys.executable, "-m", "bench", "--embedded", "--opening=10000"], check=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures how fast Mailshot sends.")
    parser.add_argument("--letters", type=int, default=40_000)
    parser.add_argument("--embedded", action="store_true", help="on SQLite, nothing else")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--only-engine", action="store_true", help="nothing to compare with")
    parser.add_argument("--opening", type=int, default=100_000, help="open for up to so many")
    parser.add_argument("--pages", action="store_true", help="measure the public pages instead")
    parser.add_argument(
        "--import", action="store_true", dest="importing", help="measure imports instead"
    )
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the imports")
    parser.add_argument("--dashboard", action="store_true", help="measure the dashboard instead")
    parser.add_argument("--size", type=int, nargs=3, default=dashboard.LARGE, help="much data")
    parser.add_argument("--seconds", type=float, default=5, help="for each page")
    return parser.parse_args()


def measure_dashboard(size: Sequence[int]) -> None:
    with installed(on_servers=True) as few, installed(on_servers=True, number=1) as many:
        small, large = dashboard.Reader(few, dashboard.SMALL), dashboard.Reader(many, size)
        try:
            dashboard.measure(small, large)
        finally:
            small.close()
            large.close()


def measure_others(installation: Installation, letters: int) -> Rates:
    installation.prepare(1000)
    with sink() as port:
        return {
            "smtp-source, 20 connections, one letter over each": baselines.smtp_source(
                port, letters, kept=False
            ),
            SOURCE: baselines.smtp_source(port, letters, kept=True),
            NODEMAILER: baselines.nodemailer(port, letters // 2),
            "smtplib in a loop": baselines.loop(installation, "smtplib", port, letters // 4),
            "send_mail in a loop": baselines.loop(installation, "send_mail", port, 1000),
        }


def measure_engine(installation: Installation, options: argparse.Namespace) -> Rates:
    where = "SQLite" if options.embedded else "PostgreSQL and Redis"
    with sink() as port:
        rate = _send(installation, port, options.letters, options.workers, options.connections)
    return {f"Mailshot on {where}, {options.workers} × {options.connections}": rate}


def measure_troubled_servers(installation: Installation, options: argparse.Namespace) -> Rates:
    """Measure with a server that refuses some letters for now, or takes 20 ms for each answer."""
    rates: Rates = {}
    workers, most = options.workers, options.connections
    for percent in (0, 1, 10):
        with sink(Faults(refused=percent / 100)) as port:
            name = f"… a server in Python, {percent} % refused for now"
            rates[name] = _send(installation, port, options.letters // 2, workers, most)
    for connections in (most // 4, most):
        with sink(SLOW) as port:
            name = f"… {workers} × {connections}, a server that takes 20 ms"
            rates[name] = _send(installation, port, 4000, workers, connections)
    return rates


def _send(
    installation: Installation, port: int, letters: int, workers: int, connections: int
) -> float:
    warm_up, mailing = installation.prepare(10), installation.prepare(letters)
    with installation.worker(port, workers, connections):
        send(installation, warm_up)
        rate, memory, states = send(installation, mailing)
    print(f"{workers} × {connections}: {states}, peak memory of a sender {memory} MB", flush=True)
    return rate


def show(rates: Rates) -> None:
    source, nodemailer = rates.get(SOURCE), rates.get(NODEMAILER)
    print(f"\n| {'':50} | letters/s | ÷ smtp-source | ÷ nodemailer |")
    print(f"|{'-' * 52}|----------:|--------------:|-------------:|")
    for name, rate in rates.items():
        if rate is not None:
            ratios = f"{_ratio(rate, source)} | {_ratio(rate, nodemailer, 12)}"
            print(f"| {name:50} | {rate:9.0f} | {ratios} |")


def _ratio(rate: float, other: float | None, width: int = 13) -> str:
    return f"{rate / other:{width}.2f}" if other else " " * width


def measure_opening(installation: Installation, most: int) -> None:
    """Print how long attempts take to open, from a thousand recipients up to `most`."""
    print()
    recipients = 1000
    while recipients <= most:
        mailing = installation.prepare(recipients)
        seconds, memory = installation.run("-m", "bench.opening", str(mailing)).split()
        print(f"Opening for {recipients:,} recipients: {seconds} s, {memory} MB", flush=True)
        recipients *= 10


if __name__ == "__main__":
    main()
