"""A PostgreSQL and a Redis of one's own, to be killed at will."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis

from tests.mail_server import free_port
from tests.services import IS_ROOT, Missing, program

OPTIONS = "-c listen_addresses=127.0.0.1 -c fsync=on -c synchronous_commit=on -c max_connections=60"


def are_installed() -> bool:
    """Whether the programs are there."""
    try:
        return bool(program("initdb") and program("redis-server"))
    except Missing:
        return False


def _user() -> str:
    """Return who runs PostgreSQL when we are root, as whom it refuses to run."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Postgres:
    """A PostgreSQL that writes through to the disk, like a real one."""

    def __init__(self, directory: Path) -> None:
        self.data = directory / "data"
        self.directory = directory
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/mailshot"

    def create(self) -> None:
        if IS_ROOT:
            shutil.chown(self.directory, user=_user())
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        self._run("initdb", *options)
        self.start()
        with psycopg.connect(self.url.replace("/mailshot", "/postgres"), autocommit=True) as link:
            link.execute("CREATE DATABASE mailshot")

    def start(self) -> None:
        options = f"-p {self.port} -k {self.directory} {OPTIONS}"
        log = str(self.directory / "postgres.log")
        self._run("pg_ctl", "-w", "-l", log, "-o", options, "start")

    def is_running(self) -> bool:
        return self._run("pg_ctl", "status", check=False) == 0

    def crash(self) -> None:
        """End it at once, as when the power fails."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def _run(self, name: str, *arguments: str, check: bool = True) -> int:
        prefix = ["runuser", "-u", _user(), "--"] if IS_ROOT else []
        command = [*prefix, program(name), "-D", str(self.data), *arguments]
        done = subprocess.run(command, check=check, stdout=subprocess.DEVNULL, cwd="/")
        return done.returncode


class Redis:
    """A Redis that keeps nothing on disk."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/1"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it unless it runs."""
        if self.process:
            return
        place = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.directory)]
        command = [program("redis-server"), *place, "--save", ""]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        client = redis.Redis(port=self.port)
        give_up_at = time.monotonic() + 20
        while True:
            try:
                client.ping()
                return
            except redis.RedisError:
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.05)

    def flush(self) -> None:
        redis.Redis(port=self.port).flushall()

    def crash(self) -> None:
        """Kill it; everything in it is gone."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextmanager
def private_services() -> Iterator[tuple[Postgres, Redis]]:
    """Run both until the end of the block; nothing of them is left."""
    # with root not in a directory that only root may enter
    directory = Path(tempfile.mkdtemp(prefix="mailshot-private-", dir="/var/tmp"))
    directory.chmod(0o755)
    places = [directory / "postgres", directory / "redis"]
    for place in places:
        place.mkdir()
    postgres, store = Postgres(places[0]), Redis(places[1])
    try:
        postgres.create()
        store.start()
        yield postgres, store
    finally:
        store.crash()
        if (postgres.data / "postmaster.pid").exists():
            postgres.crash()
        shutil.rmtree(directory, ignore_errors=True)


def environment(postgres: Postgres, store: Redis) -> dict[str, str]:
    """Return the settings under which Mailshot uses them."""
    return {
        **os.environ,
        "DATABASE_URL": postgres.url,
        "REDIS_URL": store.url,
        "CACHE_URL": store.url.replace("/1", "/2"),
    }
