"""Looks for mistakes without running the site (make check)."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.shared import ROOT

BIN = Path(sys.executable).parent
LOCAL = {"DEBUG": "1", "ENV_FILE": ""}
PRODUCTION = {
    "ENV_FILE": "",
    "DEBUG": "0",
    "SECRET_KEY": "a-key-that-is-only-good-for-this-check-0123456789-abcdefghijklmnop",
    "SITE_URL": "https://mailshot.example.org",
    "DATABASE_URL": "postgres://mailshot@127.0.0.1/mailshot",
    "REDIS_URL": "redis://127.0.0.1:6379/1",
    "CACHE_URL": "redis://127.0.0.1:6379/2",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "TRUSTED_PROXY_COUNT": "1",
}


@dataclass(frozen=True)
class Check:
    """A command that must succeed."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=lambda: LOCAL)

    def run(self) -> str:
        """Run it, showing what it says; return "ok", "FAILED" or why it was left out."""
        say(f"\n——— {self.name} ———")
        done = self.output(stderr=subprocess.STDOUT)
        say(done.stdout.strip())
        return "FAILED" if done.returncode else "ok"

    def output(self, stderr: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(BIN / self.command[0]), *self.command[1:]],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            check=False,
        )


class Audit(Check):
    """Asks a list of known weaknesses about every package in the lock."""

    def run(self) -> str:
        """Ask; a package that the list does not know, or no list, is no mistake of ours."""
        say(f"\n——— {self.name} ———")
        done = self.output(stderr=subprocess.PIPE)
        try:
            packages = json.loads(done.stdout)["dependencies"]
        except ValueError:
            return f"LEFT OUT, {(done.stderr.strip().splitlines() or ['no answer'])[-1]}"
        weak = [package for package in packages if package.get("vulns")]
        for package in weak:
            ids = ", ".join(weakness["id"] for weakness in package["vulns"])
            say(f"{package['name']} {package['version']}: {ids}")
        asked = [package for package in packages if "skip_reason" not in package]
        if not asked:
            return "LEFT OUT, the list of known weaknesses cannot be reached"
        say(f"{len(asked)} of {len(packages)} packages are on the list")
        return "FAILED" if weak else "ok"


AUDIT = [
    *("pip-audit", "--requirement", "requirements.lock", "--require-hashes", "--disable-pip"),
    *("--format", "json", "--progress-spinner", "off"),
]

CHECKS = [
    Check("Format", ["ruff", "format", "--check", "--output-format", "concise", "."]),
    Check("Style", ["ruff", "check", "."]),
    Check("Types", ["mypy", "."]),
    Check("Imports", ["lint-imports"]),
    Check("Migrations", ["python", "manage.py", "makemigrations", "--check", "--dry-run"]),
    Check("Translations", ["python", "-m", "tests.translations"]),
    Check(
        "Deployment",
        ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
    Audit("Known weaknesses", AUDIT),
]


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    """Run every check, also after one failed; return the exit status."""
    results = [(check.name, check.run()) for check in CHECKS]
    say("\n——— Summary ———")
    for name, result in results:
        say(f"{name}: {result}")
    return 1 if any(result == "FAILED" for _, result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
