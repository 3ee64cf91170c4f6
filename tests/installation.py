"""A whole installation for tests: a database of its own, commands and workers as real processes."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.migrated import at, copy_to, drop
from tests.shared import ROOT

MANAGE = [sys.executable, str(ROOT / "manage.py")]


def wait_until(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """Return what `condition` gives once it is true; fail the test after `seconds`."""
    give_up_at = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < give_up_at, f"Waited {seconds} s in vain: {what}"
        time.sleep(0.1)
    return value


@dataclass
class Installation:
    """Runs commands and workers on its own database, and asks that database directly."""

    directory: Path
    environment: dict[str, str]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end."""
        done = subprocess.run(
            [*MANAGE, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            cwd=ROOT,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def python(self, code: str) -> str:
        """Run code in a Django shell; return what it prints."""
        return self.run("shell", "--no-imports", "-c", code).stdout.strip()

    def start_worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """Start a cluster of workers; it is ended with the test."""
        log = (self.directory / f"worker-{len(self.workers)}.log").open("wb")
        with log:
            worker = subprocess.Popen(
                [*MANAGE, "worker"],
                env={**self.environment, **environment},
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )
        self.workers.append(worker)
        return worker

    def log(self) -> str:
        """Return what the workers that were started last have written."""
        names = (f"worker-{number}.log" for number in range(len(self.workers)))
        return "".join((self.directory / name).read_text() for name in names)

    def stop_workers(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGTERM)
        for worker in self.workers:
            worker.wait(60)
        self.workers.clear()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        url = self.environment["DATABASE_URL"]
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(urlsplit(url).path[1:], timeout=30)) as connection:
                return connection.execute(sql).fetchall()
        with psycopg.connect(url) as connection:
            return connection.execute(sql).fetchall()

    def execute(self, sql: str, patience: float = 30) -> None:
        """Change the database; wait up to `patience` seconds for what others hold."""
        url = self.environment["DATABASE_URL"]
        if url.startswith("sqlite"):
            path = urlsplit(url).path[1:]
            with closing(sqlite3.connect(path, timeout=patience)) as embedded, embedded:
                embedded.execute(sql)
            return
        options = f"-c lock_timeout={patience:.0f}s"
        with psycopg.connect(url, options=options) as connection:
            connection.execute(sql)

    def value(self, sql: str) -> Any:
        return self.query(sql)[0][0]

    def ledger(self, attempt: int) -> dict[str, int]:
        """Return the number of an attempt's deliveries by state."""
        return dict(
            self.query(
                "SELECT state, count(*) FROM mailing_delivery"  # noqa: S608
                f" WHERE attempt_id = {attempt} GROUP BY state"
            )
        )


def _database(directory: Path) -> str:
    """Make an empty database of the same kind as the suite runs on; return its address."""
    url = os.environ.get("DATABASE_URL", "sqlite")
    if url.startswith("sqlite"):
        url = f"sqlite:///{directory / 'live.sqlite3'}"
    else:
        url = at(url, f"mailshot_live_{os.getpid()}")
    copy_to(url)
    return url


def install(directory: Path, database: str, **environment: str) -> Installation:
    """Make an installation on a database, with its files in `directory`."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database,
        "VAR_DIR": str(directory),
        "QUEUE_NAME": f"mailshot-test-{os.getpid()}",
        "DEFAULT_FROM_EMAIL": "Mailshot <post@mailshot.example>",
        "WORKERS": "2",
    }
    installation = Installation(directory, {**os.environ, **settings, **environment})
    installation.run("migrate", "-v0")
    return installation


@pytest.fixture(scope="session")
def _installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    directory = tmp_path_factory.mktemp("installation")
    url = _database(directory)
    yield install(directory, url)
    drop(url)
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def installation(_installed: Installation, mail_server: Any) -> Iterator[Installation]:
    """An installation whose letters go to `mail_server`; its workers end with the test."""
    _installed.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{mail_server.port}"
    yield _installed
    _installed.stop_workers()
