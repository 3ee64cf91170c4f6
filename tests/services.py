"""Starts a PostgreSQL and a Redis for development and tests (make services; --stop ends them).

They listen on this machine only, where TEST_DATABASE_URL and TEST_REDIS_URL say or at the usual
ports, and keep their files in var/services (with root in /var/tmp, where others may read).
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import psycopg.sql

from tests.services_found import first_line, servers
from tests.shared import ROOT

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
DIRECTORY = Path("/var/tmp/mailshot-services") if IS_ROOT else ROOT / "var" / "services"  # noqa: S108
DATA = DIRECTORY / "postgres"
NEWEST_FIRST = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class Missing(Exception):
    """A program that is needed is not installed."""


def program(name: str) -> str:
    """Return the path of a program; Debian keeps those of PostgreSQL off the PATH."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *map(str, NEWEST_FIRST)])
    if found := shutil.which(name, path=path):
        return found
    raise Missing(f"{name} is not installed (Debian: apt install postgresql redis-server)")


def run(*command: str, as_postgres: bool = False) -> None:
    """Run a command; PostgreSQL's own refuse to run as root, so for root as user postgres."""
    prefix = ["runuser", "-u", "postgres", "--"] if as_postgres and IS_ROOT else []
    log = DIRECTORY / "services.log"
    with log.open("ab") as output:
        done = subprocess.run([*prefix, *command], stdout=output, stderr=output, check=False)
    if done.returncode:
        raise Missing(f"{' '.join(command)} failed; see {log}")


def start_postgres(url: str) -> None:
    if not DATA.exists():
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        run(program("initdb"), "-D", str(DATA), *options, as_postgres=True)
    port = urlsplit(url).port or 5432
    options = [f"-p {port}", f"-k {DIRECTORY}", "-c listen_addresses=127.0.0.1"]
    log = str(DIRECTORY / "postgres.log")
    command = ["-D", str(DATA), "-l", log, "-w", "-o", " ".join(options), "start"]
    run(program("pg_ctl"), *command, as_postgres=True)


def make_database(url: str) -> None:
    """Make the database that `url` names unless it is there."""
    parts = urlsplit(url)
    maintenance = urlunsplit(parts._replace(path="/postgres"))
    with (
        psycopg.connect(maintenance, autocommit=True) as connection,
        contextlib.suppress(psycopg.errors.DuplicateDatabase),
    ):
        name = psycopg.sql.Identifier(parts.path.strip("/"))
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(name))


def start_redis(url: str) -> None:
    port = str(urlsplit(url).port or 6379)
    place = ["--bind", "127.0.0.1", "--port", port, "--dir", str(DIRECTORY), "--save", ""]
    run(program("redis-server"), *place, "--daemonize", "yes")


def prepare_directory() -> None:
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    if IS_ROOT:
        shutil.chown(DIRECTORY, user="postgres")


def start() -> None:
    """Start what does not answer yet.

    Raises:
        Missing: a program is not there, or does not start.
    """
    found = servers()
    if "PostgreSQL" in found.trouble():
        program("initdb")
        prepare_directory()
        start_postgres(found.database_url)
    if "Redis" in found.trouble():
        program("redis-server")
        DIRECTORY.mkdir(parents=True, exist_ok=True)
        start_redis(found.redis_url)
    if trouble := found.trouble():
        raise Missing(trouble)
    make_database(found.database_url)
    say("PostgreSQL and Redis answer. To use them:")
    for name, value in found.environment().items():
        say(f"export {name}={value}")


def stop() -> None:
    """Stop what `start` started."""
    run(program("pg_ctl"), "-D", str(DATA), "-m", "fast", "stop", as_postgres=True)
    parts = urlsplit(servers().redis_url)
    run(program("redis-cli"), "-p", str(parts.port or 6379), "shutdown", "nosave")


def say(text: str) -> None:
    print(text, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Start or stop them; return the exit status."""
    try:
        (stop if "--stop" in arguments else start)()
    except (Missing, LookupError) as error:
        print(first_line(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
