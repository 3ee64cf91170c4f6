"""An installation, a mail server that misbehaves on order, and what is sent between them."""

import contextlib
import os
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
import pytest

from tests.faults.audit import Audit, audit
from tests.faults.haste import in_haste
from tests.faults.private import Postgres, Redis, are_installed, private_services
from tests.faults.running_sink import RunningSink, running_sink
from tests.faults.victims import kill
from tests.installation import Installation, install, wait_until

CONNECTIONS = 8
WORKERS = 2
#: Letters that the senders of an attempt can have in flight.
IN_FLIGHT = WORKERS * CONNECTIONS
OWNER = "owner0@example.org"
FORGET = "from accounts.models import User; User.objects.all().delete()"
#: Whether there is time for the long version of each test (make test-faults ARGS=--cases).
AT_LENGTH = bool(os.environ.get("FAULTS_AT_LENGTH"))
OPEN = """
from mailing.models import RecipientList
from tests.faults.letters import make_lists, make_readers, send
{people}
print(send("News", RecipientList.objects.get(owner__email={owner!r})).pk)
"""


@dataclass
class Scene:
    """Where letters are sent and things go wrong."""

    installation: Installation
    sink: RunningSink

    def send(self, people: str = "", owner: str = OWNER) -> int:
        """Make people, and begin to send a mailing to the list of an owner; return the attempt."""
        return int(self.installation.python(OPEN.format(people=people, owner=owner)))

    def start_worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker that does not wait long for the mail server."""
        numbers = {"WORKERS": str(WORKERS), "SEND_CONNECTIONS": str(CONNECTIONS)}
        return self.installation.start_worker(**{"EMAIL_TIMEOUT": "3", **numbers, **environment})

    def has_sent(self, number: int) -> bool:
        return len(self.sink.accepted()) >= number

    def wait_for_letters(self, number: int, seconds: float = 60) -> None:
        wait_until(partial(self.has_sent, number), seconds, f"{number} letters")

    def senders(self) -> list[tuple[int, int]]:
        """Return the key and the process of every sender."""
        return [(key, pid) for key, pid in self.ask("SELECT id, pid FROM mailing_sender")]

    def kill_senders(self) -> int:
        return sum(kill(pid) for _, pid in self.senders())

    def ask(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """Return the rows of a query; none while the database is away."""
        with contextlib.suppress(psycopg.OperationalError, sqlite3.OperationalError):
            return self.installation.query(sql)
        return []

    def change(self, sql: str) -> bool:
        """Change rows; False when somebody keeps them, or the database, to himself."""
        with contextlib.suppress(psycopg.OperationalError, sqlite3.OperationalError):
            self.installation.execute(sql, patience=1)
            return True
        return False

    def has_ended(self) -> bool:
        """Whether there is an attempt, and none is without an end."""
        asked = "SELECT count(*), count(finished_at) FROM mailing_attempt"
        return any(all_ == ended > 0 for all_, ended in self.ask(asked))

    def in_haste(self) -> contextlib.AbstractContextManager[None]:
        """Let letters not wait for another try, nor wake-ups for the next half minute."""
        return in_haste(self.installation.environment)

    def wait_for_the_end(self, seconds: float = 120) -> None:
        """Wait, in haste, until every attempt has ended."""
        with self.in_haste():
            wait_until(self.has_ended, seconds, "the end of every attempt")

    def judge(self, deaths_in_flight: int = 0) -> Audit:
        """Compare the ledger with the mail server's log: the promise must have been kept."""
        result = audit(self.installation.query, self.sink, deaths_in_flight)
        assert result.breaches == []
        assert result.letters > 0
        return result

    def states(self) -> dict[str, tuple[str, str]]:
        """Return the state and the reason of every letter by its address."""
        found = self.installation.query("SELECT email, state, reason FROM mailing_delivery")
        return {email: (state, reason) for email, state, reason in found}


@dataclass
class PrivateScene(Scene):
    """A scene on a PostgreSQL and a Redis of its own."""

    postgres: Postgres
    store: Redis


@contextlib.contextmanager
def mail_server_of(installation: Installation) -> Iterator[RunningSink]:
    """Put up a mail server for an installation, in which nothing is left afterwards."""
    with running_sink() as sink:
        installation.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
        try:
            yield sink
        finally:
            installation.stop_workers()
            installation.python(FORGET)


@pytest.fixture
def scene(installation: Installation) -> Iterator[Scene]:
    """A scene on the database that the suite runs on."""
    with mail_server_of(installation) as sink:
        yield Scene(installation, sink)


@pytest.fixture(scope="session")
def _private(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Installation, Postgres, Redis]]:
    if not are_installed():
        pytest.skip("PostgreSQL or Redis is not installed")
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        pytest.skip("it has a PostgreSQL of its own: once is enough")
    with private_services() as (postgres, store):
        directory = tmp_path_factory.mktemp("private")
        installation = install(directory, postgres.url, REDIS_URL=store.url, CACHE_URL="")
        yield installation, postgres, store


@pytest.fixture
def private_scene(
    _private: tuple[Installation, Postgres, Redis],
) -> Iterator[PrivateScene]:
    """A scene on servers of its own, which may be killed."""
    installation, postgres, store = _private
    with mail_server_of(installation) as sink:
        yield PrivateScene(installation, sink, postgres, store)
        store.start()
        store.flush()
