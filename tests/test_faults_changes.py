"""What people change while letters go out: it counts for every letter that has not left."""

import time

import pytest

from tests.faults.scene import OWNER, Scene
from tests.installation import wait_until

pytestmark = pytest.mark.processes

#: Seconds within which the last letter leaves.
SOON = 5
#: Begins to send and does something in mid-run; prints when that was done.
IN_MID_RUN = """
import time
from accounts.models import User
from mailing.models import Attempt, Delivery, Mailing, Message, Recipient, Suppression
from mailing.sending import control
from tests.faults.letters import make_lists, send
attempt = send("News", make_lists(1, {readers})[0])
while Delivery.objects.filter(state="sent").count() < 40:
    time.sleep(0.1)
owner, mailing = attempt.mailing.owner, attempt.mailing
{change}
print(time.time())
"""
#: Takes some recipients out, in four ways, whose turn comes last.
TAKE_OUT = """
last = list(Recipient.objects.order_by("-pk")[:40])
for recipient in last[:10]:
    recipient.unsubscribe()
for recipient in last[10:20]:
    recipient.delete()
Suppression.objects.bulk_create(
    Suppression(email=each.email, owner=owner) for each in last[20:30]
)
Recipient.objects.filter(pk__in=[each.pk for each in last[30:]]).update(state="bounced")
"""
EDIT = """
Message.objects.update(subject="Something else", body_html="<p>Something else.</p>")
Recipient.objects.update(full_name="Somebody Else")
"""


def in_mid_run(scene: Scene, change: str, readers: int = 2000) -> float:
    """Make a change in mid-run; return when it was in force (of `time.time`)."""
    scene.sink.order(delay=0.05)
    scene.start_worker()
    said = scene.installation.python(IN_MID_RUN.format(change=change, readers=readers))
    return float(said.splitlines()[-1])


def has_stopped_soon(scene: Scene, since: float) -> bool:
    """Whether no recipient's letter left later than allowed after `since` (of `time.time`)."""
    wait_until(lambda: time.time() > since + SOON + 1, SOON + 2, "late letters")
    # the owner is told, by a letter of its own
    letters = [letter for letter in scene.sink.accepted() if letter.address != OWNER]
    return letters[-1].at < since + SOON


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("control.disable(mailing, owner, 'Complaints')", "disabled"),
        ("owner.block(owner, 'Complaints')", "owner_blocked"),
    ],
)
def test_what_forbids_a_mailing_stops_it_within_seconds(
    scene: Scene, change: str, reason: str
) -> None:
    forbidden_at = in_mid_run(scene, change)
    assert has_stopped_soon(scene, forbidden_at)
    scene.wait_for_the_end()

    result = scene.judge()
    assert set(result.states) == {"sent", "skipped"}
    assert {why for state, why in scene.states().values() if state == "skipped"} == {reason}


def test_an_owner_is_deleted(scene: Scene) -> None:
    deleted_at = in_mid_run(scene, "owner.delete()")

    assert has_stopped_soon(scene, deleted_at)
    addresses = [letter.address for letter in scene.sink.accepted()]
    assert 40 <= len(set(addresses)) == len(addresses) < 2000
    assert scene.installation.query("SELECT count(*) FROM mailing_delivery") == [(0,)]
    wait_until(lambda: not scene.senders(), 60, "the senders to go")


def test_a_mailing_is_paused_and_resumed(scene: Scene) -> None:
    paused_at = in_mid_run(scene, "control.pause(mailing)", 400)
    assert has_stopped_soon(scene, paused_at)
    assert len(scene.sink.accepted()) < 400
    scene.installation.python(
        "from mailing.models import Mailing; from mailing.sending import control;"
        "control.resume(Mailing.objects.get())"
    )
    scene.wait_for_the_end()

    assert scene.judge().states == {"sent": 400}


def test_a_run_sends_what_it_began_with_to_whom_it_still_may(scene: Scene) -> None:
    in_mid_run(scene, TAKE_OUT + EDIT, 600)
    scene.wait_for_the_end()

    result = scene.judge()
    assert result.states == {"sent": 560, "skipped": 40}
    reasons = [reason for state, reason in scene.states().values() if state == "skipped"]
    assert {letter.subject[:16] for letter in scene.sink.accepted()} == {"News for Reader "}
    assert set(reasons) == {"unsubscribed", "deleted", "suppressed", "inactive"}
