"""Sends letters while processes and servers are killed, and checks every one (make test-faults).

Nothing that runs on this machine is touched: PostgreSQL, Redis, the mail server and the workers
are its own.
"""

import argparse
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

from tests.faults.audit import Audit, audit
from tests.faults.private import environment, private_services
from tests.faults.running_sink import running_sink
from tests.shared import ROOT


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.faults.run", description=__doc__)
    parser.add_argument("--letters", type=int, default=50_000, help="at least (50000)")
    parser.add_argument("--kills", type=int, default=500, help="at least (500)")
    parser.add_argument("--crashes", type=int, default=20, help="of PostgreSQL, at least (20)")
    parser.add_argument("--minutes", type=float, default=60, help="at most (60)")
    parser.add_argument("--per-attempt", type=int, default=500, help="recipients (500)")
    parser.add_argument("--owners", type=int, default=10, help="who send in turn (10)")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    parser.add_argument("--connections", type=int, default=8, help="of each process (8)")
    parser.add_argument("--pace", type=float, default=1.5, help="seconds between faults (1.5)")
    parser.add_argument("--delay", type=float, default=0.03, help="of the mail server (0.03 s)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON only")
    parser.add_argument(
        "--cases",
        nargs="?",
        const="",
        metavar="EXPRESSION",
        help="instead of all that, run the tests of single faults at full length (pytest's -k)",
    )
    parser.add_argument("--keep-log", type=Path, help="where to put what the workers wrote")
    return parser.parse_args(given)


def run(told: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    """Return the figures, and every breach of the promise."""
    with (
        tempfile.TemporaryDirectory(prefix="mailshot-faults-") as name,
        private_services() as (postgres, store),
        running_sink(Path(name)) as sink,
        (told.keep_log or Path(name) / "workers.log").open("wb") as log,
    ):
        settings = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ENV_FILE": "",
            "DEBUG": "0",
            "SECRET_KEY": "only-for-this-run-and-long-enough-for-the-deployment-checks",
            "STATIC_HASHED": "0",
            "VAR_DIR": name,
            "QUEUE_NAME": f"mailshot-faults-{os.getpid()}",
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "EMAIL_TIMEOUT": "5",
            "WORKERS": str(told.workers),
            "SEND_CONNECTIONS": str(told.connections),
        }
        surroundings = environment(postgres, store) | settings
        # a halted sender may hold rows: who breaks things must not wait for what it broke
        os.environ.update(
            surroundings | {"LOG_LEVEL": "CRITICAL", "PGOPTIONS": "-c lock_timeout=1s"}
        )
        django.setup()
        call_command("migrate", verbosity=0)
        # needs the settings, which name the servers that were only now started
        from tests.faults.breaker import Breaker, Size
        from tests.faults.storm import Storm

        size = Size(
            told.letters,
            told.kills,
            told.crashes,
            told.minutes * 60,
            told.per_attempt,
            told.owners,
            told.workers,
            told.connections,
            told.pace,
            told.delay,
        )
        logging.getLogger("django").setLevel("CRITICAL")
        logging.getLogger("tests.faults").setLevel("CRITICAL" if told.json else "INFO")
        storm = Storm(Breaker(size, postgres, store), sink, surroundings, log)
        return _judge(storm, storm.run())


def _judge(storm: Any, ended: bool) -> tuple[dict[str, Any], list[str]]:
    from tests.faults.letters import ask

    result: Audit = audit(ask, storm.sink, storm.breaker.deaths * storm.size.connections)
    if not ended:
        result.breach("not every attempt came to its end")
    figures = {
        "seconds": round(time.monotonic() - storm.started_at),
        "kills": storm.breaker.kills,
        "PostgreSQL crashes": storm.breaker.crashes,
        **result.summary(),
        **{f"fault: {name}": number for name, number in sorted(storm.breaker.done.items())},
    }
    return figures, result.breaches


def run_cases(chosen: str) -> int:
    """Run the tests of single faults, with time; return the exit status."""
    files = sorted(str(path) for path in (ROOT / "tests").glob("test_faults_*.py"))
    command = [sys.executable, "-m", "pytest", "-v", "--durations=0", "-k", chosen, *files]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "FAULTS_AT_LENGTH": "1"}).returncode


def show(figures: dict[str, Any], breaches: list[str]) -> None:
    for name, value in figures.items():
        print(f"{value:>9}  {name}")
    for breach in breaches:
        print(f"BROKEN: {breach}")
    if not breaches:
        print("The promise was kept.")


def main(given: Sequence[str]) -> int:
    told = arguments(given)
    if told.cases is not None:
        return run_cases(told.cases)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    figures, breaches = run(told)
    if told.json:
        print(json.dumps({"figures": figures, "breaches": breaches}))
    else:
        show(figures, breaches)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
