"""An empty database with all its tables, made once in a run of the suite and then copied.

Django needs a quarter of a minute to make the tables, and every xdist worker and every test of
real processes wants a database of its own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.shared import ROOT, alone_with

#: The file with its address.
TEMPLATE = "template"


def copy_to(url: str) -> None:
    """Make the database `url`, of the kind that the suite runs on, as `migrate` would leave it.

    What is there under that name is lost. On PostgreSQL the server is the suite's own.
    """
    with alone_with(TEMPLATE) as note:
        if not note.exists():
            note.write_text(_made(url, note))
        template = note.read_text()
        drop(url)
        if url.startswith("sqlite"):
            shutil.copy(_name(template), _name(url))
        else:
            _execute(url, f"CREATE DATABASE {_name(url)} TEMPLATE {_name(template)}")


def drop(url: str) -> None:
    """Remove the database `url`, if there is one."""
    if url.startswith("sqlite"):
        for suffix in ("", "-wal", "-shm"):
            Path(_name(url) + suffix).unlink(missing_ok=True)
    else:
        _execute(url, f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")


def forget() -> None:
    """Remove what was made to be copied; for the process that the run began in."""
    with alone_with(TEMPLATE) as note:
        if note.exists():
            drop(note.read_text())
            note.unlink()


def at(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _made(like: str, note: Path) -> str:
    if like.startswith("sqlite"):
        url = f"sqlite:///{note.with_suffix('.sqlite3')}"
    else:
        url = at(like, f"mailshot_template_{os.getpid()}")
        drop(url)
        _execute(url, f"CREATE DATABASE {_name(url)}")
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=True)
    return url


def _execute(url: str, sql: str) -> None:
    """Do something to a database of PostgreSQL from another one of its server."""
    with psycopg.connect(at(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.encode())


def _name(url: str) -> str:
    """Return the name of a database, which is a path on SQLite."""
    return urlsplit(url).path[1:]
