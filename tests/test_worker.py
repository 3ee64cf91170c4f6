"""Workers as real processes: letters arrive once, by themselves, and whatever is killed."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, wait_until
from tests.mail_server import MailServer

pytestmark = pytest.mark.processes

#: Makes an owner, and a mailing to those on the list "Readers" in given circumstances.
MAILING = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from mailing.models import Mailing, Message, RecipientList
from mailing.sending import control
owner, _ = User.objects.get_or_create(email="owner@example.org")
message = Message.objects.create(
    owner=owner, name="News", subject="News for {{{{ full_name|you }}}}",
    body_html="<p>Dear {{{{ full_name|reader }}}}, here is our news.</p>",
)
mailing = Mailing.objects.create(
    owner=owner, name="News", message=message,
    starts_at=timezone.now() + timedelta({start}), ends_at={end},
)
mailing.lists.set(RecipientList.objects.filter(owner=owner))
{then}
print(mailing.pk)
"""


def make_mailing(
    installation: Installation, start: str = "days=1", end: str = "None", then: str = ""
) -> int:
    return int(installation.python(MAILING.format(start=start, end=end, then=then)))


def csv_of(path: Path, number: int, wrong: int = 0) -> Path:
    """Write a file of recipients of which `wrong` have no usable address."""
    rows = [f"reader{n}@example.org,Reader {n}" for n in range(number - wrong)]
    every = len(rows) // max(wrong, 1)
    for n in range(wrong):
        rows.insert(n * (every + 1), f"reader at example {n},Nobody {n}")
    path.write_text("email,full_name\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def readers(installation: Installation, tmp_path: Path) -> Iterator[int]:
    """An owner's list of 300 readers."""
    installation.python(
        "from accounts.models import User; User.objects.create_user('owner@example.org')"
    )
    file = csv_of(tmp_path / "readers.csv", 300)
    installation.run(
        "import_recipients", "--owner", "owner@example.org", str(file), "--list", "Readers"
    )
    yield 300
    installation.stop_workers()
    installation.python("from accounts.models import User; User.objects.all().delete()")


def status_of(installation: Installation, attempt: int) -> str:
    return str(
        installation.value(f"SELECT status FROM mailing_attempt WHERE id = {attempt}")  # noqa: S608
    )


def attempt_of(done: subprocess.CompletedProcess[str]) -> int:
    found = re.match(r"Attempt (\d+) ", done.stdout)
    assert found, done.stdout
    return int(found[1])


def test_ten_thousand_rows_become_letters_that_arrive_once(
    installation: Installation, mail_server: MailServer, tmp_path: Path
) -> None:
    installation.python(
        "from accounts.models import User; User.objects.create_user('owner@example.org')"
    )
    file = csv_of(tmp_path / "readers.csv", 10_000, wrong=40)
    command = ("import_recipients", "--owner", "owner@example.org", str(file), "--list", "Readers")

    first = installation.run(*command, check=False)
    assert first.returncode == 1
    assert re.search(r"9,?960", first.stdout)
    assert len(re.findall(r"(?m)^Line \d+", first.stderr)) == 40
    installation.run(*command, check=False)
    assert installation.value("SELECT count(*) FROM mailing_recipient") == 9960

    installation.start_worker()
    attempt = attempt_of(installation.run("send_mailing", str(make_mailing(installation))))
    wait_until(lambda: status_of(installation, attempt) != "running", 240, "the end of the attempt")

    assert mail_server.addresses == sorted(f"reader{n}@example.org" for n in range(9960))
    for letter in mail_server.accepted:
        number = re.match(r"reader(\d+)@", letter.recipients[0])
        assert number
        assert f"Dear Reader {number[1]}," in letter.part("plain")
    assert installation.ledger(attempt) == {"sent": 9960}
    assert status_of(installation, attempt) == "success"
    installation.stop_workers()
    installation.python("from accounts.models import User; User.objects.all().delete()")


def test_a_mailing_starts_by_itself_within_a_minute(
    installation: Installation, mail_server: MailServer, readers: int
) -> None:
    installation.start_worker()
    schedule = "control.schedule(mailing)"
    make_mailing(installation, start="seconds=5", then=schedule)
    starts_at = time.monotonic() + 5
    wait_until(lambda: mail_server.accepted, 70, "the first letter")

    assert time.monotonic() - starts_at < 60
    wait_until(lambda: len(mail_server.accepted) == readers, 60, "all letters")


def test_a_start_in_the_past_is_at_once_and_a_past_end_is_never(
    installation: Installation, mail_server: MailServer, readers: int
) -> None:
    plan = "status='scheduled', next_run_at=mailing.starts_at"
    over = make_mailing(
        installation,
        start="days=-2",
        end="timezone.now() - timedelta(days=1)",
        then=f"Mailing.objects.filter(pk=mailing.pk).update({plan})",
    )
    make_mailing(installation, start="hours=-1", then="control.schedule(mailing)")
    installation.start_worker()
    wait_until(
        lambda: len(mail_server.accepted) == readers, 30, "the letters of the one that is due"
    )

    wait_until(
        lambda: (
            installation.value(f"SELECT status FROM mailing_mailing WHERE id = {over}")  # noqa: S608
            == "finished"
        ),
        10,
        "the end of the other one",
    )
    assert len(mail_server.accepted) == readers


def test_a_dry_run_sends_nothing_and_leaves_an_attempt(
    installation: Installation, mail_server: MailServer, readers: int
) -> None:
    done = installation.run("send_mailing", str(make_mailing(installation)), "--dry-run")

    assert mail_server.connections == 0
    attempt = attempt_of(done)
    assert installation.ledger(attempt) == {"dry_run": readers}
    assert installation.query(
        f"SELECT status, dry_run, trigger FROM mailing_attempt WHERE id = {attempt}"  # noqa: S608
    ) == [("success", True, "command")]


@pytest.mark.parametrize("status", ["finished", "disabled", None])
def test_what_cannot_be_sent_is_refused_in_one_sentence(
    installation: Installation, readers: int, status: str | None
) -> None:
    number = 987_654_321
    if status:
        change = f"Mailing.objects.filter(pk=mailing.pk).update(status='{status}')"
        number = make_mailing(installation, then=change)
    for option in ([], ["--dry-run"]):
        done = installation.run("send_mailing", str(number), *option, check=False)
        assert done.returncode == 1
        assert done.stdout == ""
        assert len(done.stderr.strip().splitlines()) == 1


def worker_pids(parent: int) -> list[int]:
    """Return the processes below `parent` that have no children: workers and their like."""
    table: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            table.setdefault(int(fields[1]), []).append(int(entry.name))

    def below(pid: int) -> list[int]:
        children = table.get(pid, [])
        return [pid] if not children else [leaf for child in children for leaf in below(child)]

    return below(parent)


def test_a_killed_sender_loses_nothing_and_doubles_nothing(
    installation: Installation, mail_server: MailServer, readers: int
) -> None:
    mail_server.on_data = lambda address: time.sleep(0.02)
    worker = installation.start_worker()
    attempt = attempt_of(installation.run("send_mailing", str(make_mailing(installation))))
    wait_until(lambda: len(mail_server.accepted) > 40, 60, "some letters")
    senders = [pid for (pid,) in installation.query("SELECT pid FROM mailing_sender")]
    assert senders
    assert set(senders) <= set(worker_pids(worker.pid))
    os.kill(senders[0], signal.SIGKILL)

    wait_until(lambda: status_of(installation, attempt) != "running", 150, "the end of the attempt")
    assert len(set(mail_server.addresses)) == len(mail_server.addresses)
    ledger = installation.ledger(attempt)
    in_flight = 8
    assert set(ledger) <= {"sent", "uncertain"}
    assert sum(ledger.values()) == readers
    assert ledger.get("uncertain", 0) <= in_flight
    assert len(mail_server.accepted) >= ledger["sent"]
