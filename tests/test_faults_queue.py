"""The queue may be away, empty or full of nonsense: letters go out all the same, each once."""

import time
from pathlib import Path

import pytest

from tests.faults.running_site import LOG_IN, PASSWORD, running_site
from tests.faults.scene import AT_LENGTH, OWNER, PrivateScene, Scene
from tests.installation import wait_until

pytestmark = pytest.mark.processes

SECONDS_AWAY = 60 if AT_LENGTH else 6
DRAFT = f"""
from tests.faults.letters import make_lists, make_mailing
(readers,) = make_lists(1, 60)
print(make_mailing("News", readers).pk)
{LOG_IN}
"""
#: Queues every task many times: for a running attempt, an ended one, one whose mailing is paused,
#: none at all, and with nonsense.
TASKS = """
from django_q.tasks import async_task
from mailing.models import Attempt
from mailing.sending import control
from tests.faults.letters import make_readers, send
ADDRESSES = [f"reader{n}@example.org" for n in range(30)]
ended = Attempt.objects.get()
others = [make_readers(f"{name}@example.org", ADDRESSES) for name in ("bob", "carol")]
running, paused = (send("News", readers) for readers in others)
control.pause(paused.mailing)
for _ in range(10):
    for key in (running.pk, ended.pk, paused.pk, 987_654_321, -1, "all", None):
        async_task("mailing.tasks.send", key)
    async_task("mailing.tasks.tick")
print(paused.pk)
"""
WAITING = "from django_q.brokers import get_broker; print(get_broker().queue_size())"
RESUME = "UPDATE mailing_mailing SET status = 'running' WHERE status = 'paused'"
#: Has two processes look for what is due at the same moment, each time when one more mailing is.
RACE = """
import os
from multiprocessing import Barrier
from django.db import connections
from mailing.models import Mailing
from mailing.sending import schedule
from tests.faults.letters import make_lists, make_mailing
(readers,) = make_lists(1, 5)
mailings = [make_mailing(f"News {n}", readers) for n in range(30)]
connections.close_all()
both = Barrier(2)
child = os.fork()
for mailing in mailings:
    both.wait()
    if child:
        due = {"status": "scheduled", "next_run_at": mailing.starts_at}
        Mailing.objects.filter(pk=mailing.pk).update(**due)
    both.wait()
    schedule.tick()
if not child:
    os._exit(0)
os.waitpid(child, 0)
"""


def test_the_site_and_a_worker_start_without_redis(
    private_scene: PrivateScene, tmp_path: Path
) -> None:
    scene = private_scene
    mailing = scene.installation.python(DRAFT)
    scene.store.crash()
    scene.start_worker()
    with running_site(scene.installation, tmp_path / "site.log") as visitor:
        visitor.log_in(OWNER, PASSWORD)
        visitor.get(f"/dashboard/mailings/{mailing}/run/")
        began = time.monotonic()
        page = visitor.post(f"/dashboard/mailings/{mailing}/run/")
    assert time.monotonic() - began < 5
    assert page.status == 200
    assert "is being sent" in page.text
    assert set(scene.states().values()) == {("queued", "")}
    scene.store.start()
    scene.wait_for_the_end()

    assert scene.judge().states == {"sent": 60}


def test_redis_is_emptied_and_away_while_letters_go_out(private_scene: PrivateScene) -> None:
    scene = private_scene
    scene.sink.order(delay=0.05)
    scene.start_worker()
    scene.send("make_lists(1, 600)")
    scene.wait_for_letters(50)
    scene.store.flush()
    scene.wait_for_letters(150)
    scene.store.crash()
    time.sleep(SECONDS_AWAY)
    scene.store.start()
    scene.wait_for_the_end()

    assert scene.judge().states == {"sent": 600}


def test_tasks_that_come_ten_times_too_late_or_from_nowhere(scene: Scene) -> None:
    scene.start_worker()
    scene.send("make_lists(1, 30)")
    scene.wait_for_the_end()
    paused = scene.installation.python(TASKS)
    wait_until(lambda: scene.installation.python(WAITING) == "0", 60, "all tasks to be done")
    scene.wait_for_letters(60)
    asked = f"SELECT DISTINCT state FROM mailing_delivery WHERE attempt_id = {paused}"  # noqa: S608
    assert scene.installation.query(asked) == [("queued",)]
    scene.installation.execute(RESUME)
    scene.wait_for_the_end()

    assert scene.judge().states == {"sent": 90}


def test_two_processes_look_for_what_is_due_thirty_times_at_once(scene: Scene) -> None:
    scene.installation.python(RACE)
    attempts = "SELECT mailing_id, count(*), min(total) FROM mailing_attempt GROUP BY mailing_id"
    found = scene.installation.query(attempts)
    assert len(found) == 30
    assert {row[1:] for row in found} == {(1, 5)}
    scene.start_worker()
    scene.wait_for_the_end()

    assert scene.judge().states == {"sent": 150}
