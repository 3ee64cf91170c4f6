"""An installation of its own for measuring: database, queue, and workers as real processes."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
import redis
from django.db.models import Max, Sum

ROOT = Path(__file__).resolve().parents[1]
SERVER = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
QUEUE = os.environ.get("BENCH_REDIS_URL", "redis://127.0.0.1:6379/11")
DATABASE = f"mailshot_bench_{os.getpid()}"
#: Seconds after which a run is given up.
LIMIT = 300.0


class Installation:
    """Runs programs of the project with settings of its own."""

    def __init__(self, directory: Path, database_url: str, redis_url: str, number: int = 0) -> None:
        self.directory, name = directory, f"mailshot-bench-{os.getpid()}-{number}"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "only for measuring",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "CACHE_URL": f"{redis_url}?key_prefix={name}" if redis_url else "",
            "QUEUE_NAME": name,
            "VAR_DIR": str(directory),
            "DEFAULT_FROM_EMAIL": "Mailshot <post@mailshot.example>",
            "LOG_LEVEL": "WARNING",
            "ALLOWED_HOSTS": "localhost",
            "STATIC_HASHED": "0",
        }

    def run(self, *arguments: str) -> str:
        """Run a Python program to its end; return what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout.strip()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a Python program that is told more, and answers."""
        return subprocess.Popen(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def prepare(self, recipients: int) -> int:
        return int(self.run("-m", "bench.prepare", str(recipients)))

    @contextmanager
    def worker(self, port: int, workers: int, connections: int) -> Iterator[None]:
        """Run `manage.py worker` against the mail server at `port`."""
        environment = {
            **self.environment,
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "WORKERS": str(workers),
            "SEND_CONNECTIONS": str(connections),
        }
        with (self.directory / "worker.log").open("ab") as log:
            command = [sys.executable, "manage.py", "worker"]
            process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def peak_memory(pid: int) -> int:
    """Return the most memory, in MB, that a process has held; 0 when it is gone."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024
    return 0


def send(installation: Installation, mailing: int) -> tuple[float, int, dict[str, int]]:
    """Send a mailing whole; return letters a second, a sender's peak memory, and the states.

    The time runs from the attempt's opening to its last letter's answer as the database has them;
    letters refused for now have had theirs.
    """
    from mailing.models import Attempt, Delivery, Sender

    said = installation.run("manage.py", "send_mailing", str(mailing))
    key = int(said.split()[1])
    memory, give_up_at = 0, time.monotonic() + LIMIT
    open_states = [Delivery.State.CLAIMED, Delivery.State.HANDED_OVER]
    letters = Delivery.objects.filter(attempt=key)
    while (
        letters.filter(state=Delivery.State.QUEUED, tries=0).exists()
        or letters.filter(state__in=open_states).exists()
    ):
        if time.monotonic() > give_up_at:
            raise RuntimeError(f"Attempt {key} did not end within {LIMIT:.0f} s")
        pids = set(Sender.objects.values_list("pid", flat=True))
        memory = max([memory, *map(peak_memory, pids)])
        time.sleep(0.25)
    attempt = Attempt.objects.get(pk=key)
    tried = letters.aggregate(tries=Sum("tries"), last=Max("finished_at"))
    seconds = (tried["last"] - attempt.started_at).total_seconds()
    names = ("sent", "failed", "uncertain", "waiting")
    return tried["tries"] / seconds, memory, {name: getattr(attempt, name) for name in names}


@contextmanager
def installed(on_servers: bool, number: int = 0) -> Iterator[Installation]:
    """Make an installation on PostgreSQL and Redis, or an embedded one; remove it afterwards.

    Those that are there at the same time differ in their number.
    """
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{directory}/bench.sqlite3"
        if on_servers:
            url = _database(number)
        installation = Installation(Path(directory), url, QUEUE if on_servers else "", number)
        os.environ.update(installation.environment)
        django.setup()
        try:
            installation.run("manage.py", "migrate", "-v0")
            yield installation
        finally:
            if on_servers:
                _clear(installation)


def _database(number: int) -> str:
    name = f"{DATABASE}_{number}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))


def _clear(installation: Installation) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        name = urlsplit(installation.environment["DATABASE_URL"]).path.strip("/")
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    queue = redis.Redis.from_url(QUEUE)
    for key in queue.scan_iter(f"*{installation.environment['QUEUE_NAME']}*"):
        queue.delete(key)
    queue.close()
