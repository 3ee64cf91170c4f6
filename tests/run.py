"""Runs the whole suite on everything that is there, and says what was left out (make test)."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.services_found import chromium, servers
from tests.shared import ROOT

#: More than there are processors: tests of real processes mostly wait, a browser less.
PARALLEL, BROWSERS = ["-n", "3"], ["-n", "2"]
NO_TESTS_CHOSEN = 5

#: Settings of the site that somebody may have set for their own work.
SETTINGS = (
    *("DATABASE_URL", "REDIS_URL", "CACHE_URL", "EMAIL_URL", "VAR_DIR", "MEDIA_ROOT", "SITE_URL"),
    *("ALLOWED_HOSTS", "SECRET_KEY", "LOG_DIR", "LOG_FORMAT", "LOG_SQL", "TIME_ZONE", "WORKERS"),
    *("LANGUAGE_CODE", "TRUSTED_PROXY_COUNT", "TEST_SQLITE_PATH"),
)


@dataclass
class Pass:
    """One run of the suite, or the reason why there was none."""

    name: str
    arguments: Sequence[str] = ()
    environment: dict[str, str] = field(default_factory=dict)
    left_out: str = ""

    def run(self, chosen: Sequence[str]) -> tuple[str, bool]:
        """Run pytest; return its closing line and whether all is well."""
        if self.left_out:
            return f"LEFT OUT, {self.left_out}", not os.environ.get("REQUIRE_SERVICES")
        say(f"\n——— {self.name} ———")
        clean = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        command = [sys.executable, "-m", "pytest", "-q", *self.arguments, *chosen]
        environment = {**clean, **self.environment}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        closing = self._show(process)
        return closing, process.wait() in ({0, NO_TESTS_CHOSEN} if chosen else {0})

    def _show(self, process: subprocess.Popen[bytes]) -> str:
        """Pass the output on as it comes; return its last line."""
        closing = "no output"
        assert process.stdout
        while piece := os.read(process.stdout.fileno(), 65536):
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            closing = [closing, *piece.decode(errors="replace").strip().splitlines()][-1]
        return closing.strip("= ")


def say(text: str) -> None:
    print(text, flush=True)


def passes() -> Iterator[Pass]:
    """Return the runs of the suite that are possible here, and those that are not."""
    everything = [*PARALLEL, "-m", "not browser"]
    yield Pass("Embedded default (SQLite)", everything)
    found = servers()
    name = "PostgreSQL and Redis"
    trouble = found.trouble()
    advice = "make services starts them, or set TEST_DATABASE_URL and TEST_REDIS_URL"
    yield (
        Pass(name, left_out=f"{trouble} ({advice})")
        if trouble
        else Pass(name, everything, found.environment())
    )
    browser = chromium()
    yield (
        Pass("In a browser", [*BROWSERS, "-m", "browser"], {"CHROMIUM": browser})
        if browser
        else Pass("In a browser", left_out="no Chromium (install one, or set CHROMIUM)")
    )


def main(chosen: Sequence[str]) -> int:
    """Run every pass; return the exit status."""
    results = [(each.name, *each.run(chosen)) for each in passes()]
    say("\n——— Summary ———")
    for name, closing, well in results:
        say(f"{'ok  ' if well else 'FAIL'}  {name}: {closing}")
    return 0 if all(well for _, _, well in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
