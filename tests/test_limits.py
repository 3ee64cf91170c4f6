"""Limits and fairness with real workers, by when letters arrive at the mail server."""

import os
import signal
import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from tests.installation import Installation, wait_until
from tests.mail_server import MailServer

pytestmark = pytest.mark.processes

PER_MINUTE = 600
PER_SECOND = PER_MINUTE / 60

#: Starts a mailing of an owner to so many readers of each of the domains.
MAILING = """
from accounts.models import User
from django.utils import timezone
from mailing.models import Attempt, Mailing, Message, Recipient, RecipientList
from mailing.sending import control
owner, _ = User.objects.get_or_create(email="{owner}@example.org")
message = Message.objects.create(
    owner=owner, name="News", subject="News", body_html="<p>Here is our news.</p>"
)
readers = RecipientList.objects.create(owner=owner, name="Readers")
readers.recipients.set(Recipient.objects.bulk_create(
    Recipient(owner=owner, email=f"{owner}{{n}}@{{domain}}")
    for n in range({letters}) for domain in {domains}
))
mailing = Mailing.objects.create(
    owner=owner, name="News", message=message, starts_at=timezone.now()
)
mailing.lists.set([readers])
print(control.run_now(mailing, owner, Attempt.Trigger.MANUAL).pk)
"""


def start_mailing(installation: Installation, owner: str, letters: int, *domains: str) -> int:
    code = MAILING.format(owner=owner, letters=letters, domains=domains or ("example.org",))
    return int(installation.python(code))


@dataclass
class Arrivals:
    """When letters arrived, in seconds of the monotonic clock, and for whom."""

    log: list[tuple[float, str]] = field(default_factory=list)
    pause: float = 0.0

    def note(self, address: str) -> None:
        time.sleep(self.pause)
        self.log.append((time.monotonic(), address))

    def of(self, part: str) -> list[float]:
        return [moment for moment, address in self.log if part in address]

    def fullest(self, seconds: float) -> int:
        """Return how many letters arrived in the window that has most."""
        moments = sorted(moment for moment, _address in self.log)
        return max(bisect_left(moments, start + seconds) - n for n, start in enumerate(moments))


@pytest.fixture
def arrivals(installation: Installation, mail_server: MailServer) -> Iterator[Arrivals]:
    arrivals = Arrivals()
    mail_server.on_data = arrivals.note
    yield arrivals
    installation.stop_workers()
    installation.python(
        "from accounts.models import User; from mailing.models import MeterState;"
        "User.objects.all().delete(); MeterState.objects.all().delete()"
    )


def test_several_processes_keep_to_the_limit_use_it_and_survive_a_kill(
    installation: Installation, arrivals: Arrivals
) -> None:
    start_mailing(installation, "alice", 2000)
    for _cluster in range(2):
        installation.start_worker(SEND_RATE_PER_MINUTE=str(PER_MINUTE))
    wait_until(lambda: arrivals.log, 30, "the first letter")
    began = arrivals.log[0][0]
    wait_until(lambda: time.monotonic() > began + 12, 15, "some seconds to pass")
    in_time = len(arrivals.log)
    arrivals.pause = 0.05  # turns are over too soon to be caught
    (pid,) = wait_until(
        lambda: installation.query("SELECT pid FROM mailing_sender LIMIT 1"), 15, "a sender"
    )[0]
    os.kill(pid, signal.SIGKILL)
    arrivals.pause = 0.0
    at_the_kill = len(arrivals.log)
    wait_until(lambda: len(arrivals.log) > at_the_kill + 4 * PER_SECOND, 30, "others to go on")

    assert in_time >= 0.95 * 12 * PER_SECOND
    for seconds in (1, 5, 10, 15):  # a sender may make up for the three seconds that it was late
        assert arrivals.fullest(seconds) <= 1.05 * (seconds + 3) * PER_SECOND + 1


def test_ten_letters_are_there_soon_while_another_owner_uses_up_the_limit(
    installation: Installation, arrivals: Arrivals
) -> None:
    start_mailing(installation, "alice", 2000)
    installation.start_worker(SEND_RATE_PER_MINUTE=str(PER_MINUTE))
    wait_until(lambda: len(arrivals.log) > 40, 30, "letters of the one")
    start_mailing(installation, "bob", 10)
    began = time.monotonic()
    wait_until(lambda: len(arrivals.of("bob")) == 10, 30, "letters of the other")

    assert time.monotonic() - began < 6
    assert arrivals.of("bob")[-1] - arrivals.of("bob")[0] < 6
    assert len(arrivals.of("alice")) < 2000


def test_ten_letters_are_there_soon_while_another_owner_keeps_all_workers_busy(
    installation: Installation, arrivals: Arrivals
) -> None:
    arrivals.pause = 0.02
    start_mailing(installation, "alice", 2000)
    installation.start_worker()
    wait_until(lambda: len(arrivals.log) > 40, 30, "letters of the one")
    start_mailing(installation, "bob", 10)
    began = time.monotonic()
    wait_until(lambda: len(arrivals.of("bob")) == 10, 30, "letters of the other")

    assert time.monotonic() - began < 8
    assert len(arrivals.of("alice")) < 1500


def test_a_limited_domain_gets_its_letters_evenly_and_the_others_at_once(
    installation: Installation, arrivals: Arrivals
) -> None:
    start_mailing(installation, "alice", 300, "example.org", "example.net")
    installation.execute(
        "INSERT INTO mailing_domainlimit (domain, per_minute) VALUES ('example.net', 120)"
    )
    installation.start_worker()
    wait_until(lambda: len(arrivals.of("@example.org")) == 300, 30, "the letters without a limit")
    began = arrivals.log[0][0]
    assert arrivals.of("@example.org")[-1] < began + 8
    wait_until(lambda: time.monotonic() > began + 12, 15, "some of the others")

    slow = [moment for moment in arrivals.of("@example.net") if moment < began + 12]
    assert 12 * 2 * 0.95 <= len(slow) <= (12 + 3) * 2 * 1.05 + 1
    assert max(after - before for before, after in pairwise(slow)) < 4
    installation.execute("DELETE FROM mailing_domainlimit")
