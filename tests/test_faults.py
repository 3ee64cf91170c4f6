"""The short version of `make test-faults`: whatever is killed, no letter is lost or doubled."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import pytest

from tests.faults.audit import audit
from tests.faults.sink import ROOT, RunningSink, running_sink
from tests.faults.victims import kill
from tests.installation import Installation, wait_until
from tests.services import Missing, program
from tests.test_worker import MAILING

pytestmark = pytest.mark.processes

READERS = 40
CONNECTIONS = 8
PEOPLE = f"""
from accounts.models import User
from mailing.models import Recipient, RecipientList
owner = User.objects.create_user("owner@example.org")
readers = RecipientList.objects.create(owner=owner, name="Readers")
readers.recipients.set(Recipient.objects.bulk_create(
    Recipient(owner=owner, email=f"reader{{n}}@example.org") for n in range({READERS})
))
"""
SEND = MAILING.format(
    start="days=1", end="None", then="control.run_now(mailing, owner, 'manual')"
).replace("print(mailing.pk)", "print(mailing.attempts.get().pk)")


@pytest.fixture
def sink(installation: Installation) -> Iterator[RunningSink]:
    """A mail server that can be told to hang, an installation that uses it, and readers."""
    with running_sink() as server:
        installation.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{server.port}"
        installation.python(PEOPLE)
        yield server
        installation.stop_workers()
        installation.python("from accounts.models import User; User.objects.all().delete()")


def kill_senders(installation: Installation) -> int:
    senders = installation.query("SELECT pid FROM mailing_sender")
    return sum(kill(pid) for (pid,) in senders)


def has_ended(installation: Installation, attempt: str) -> bool:
    asked = f"SELECT status FROM mailing_attempt WHERE id = {attempt}"  # noqa: S608
    return bool(installation.value(asked) != "running")


def hangs(sink: RunningSink, before: int) -> bool:
    return len(sink.lines("hanging")) > before


def test_a_sender_may_be_killed_at_every_step(
    installation: Installation, sink: RunningSink
) -> None:
    installation.start_worker()
    deaths = 0
    for step, what in (("mail", "hang"), ("data", "hang"), ("dot", "hang"), ("dot", "hang-after")):
        sink.order((step, what, 1))
        before = len(sink.lines("hanging"))
        attempt = installation.python(SEND)
        wait_until(partial(hangs, sink, before), 60, f"a letter at {step}")
        deaths += (killed := kill_senders(installation))
        sink.order()
        installation.run("send_due_mailings")
        wait_until(partial(has_ended, installation, attempt), 100, "the end of the attempt")

        ledger = installation.ledger(int(attempt))
        assert killed
        assert set(ledger) <= {"sent", "uncertain"}
        assert ledger.get("uncertain", 0) <= (killed * CONNECTIONS if step == "dot" else 0)
        assert ledger.get("uncertain", 0) >= (1 if step == "dot" else 0)
    result = audit(installation.query, sink, 0)
    assert result.breaches == []
    assert (result.letters, result.lost, result.doubled) == (4 * READERS, 0, 0)


def has_servers() -> bool:
    try:
        return bool(program("initdb") and program("redis-server"))
    except Missing:
        return False


@pytest.mark.skipif(not has_servers(), reason="PostgreSQL or Redis is not installed")
@pytest.mark.skipif(
    os.environ.get("DATABASE_URL", "").startswith("postgres"),
    reason="it has a PostgreSQL of its own: once is enough",
)
def test_six_hundred_letters_through_a_storm() -> None:
    size = ["--letters=600", "--kills=8", "--crashes=1", "--per-attempt=200", "--owners=2"]
    pace = ["--minutes=0.5", "--pace=1", "--delay=0.05", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.run", *size, *pace],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
    )

    assert done.stdout, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["breaches"] == []
    assert result["figures"]["lost"] == result["figures"]["doubled"] == 0
    assert result["figures"]["kills"] >= 1
    assert result["figures"]["letters"] >= 200
