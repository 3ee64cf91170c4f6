"""A letter that cannot be made fails, with a reason; all others go out."""

import pytest

from tests.faults.scene import Scene

pytestmark = pytest.mark.processes

#: Addresses that no form lets in, and that of somebody with attributes that no form lets in.
IMPOSSIBLE = (
    "listed@example.org",
    "",
    "nobody",
    "@example.org",
    "two words@example.org",
    "two\r\nrcpt to:<lines@example.org>",
    "a,b@example.org",
    "<a@example.org>",
    f"a@{'ü' * 80}.example",
    "control\x01@example.org",
)
#: Names and attributes that no form lets in, with which letters can be made all the same.
ODD = """
from mailing.models import Recipient
make_readers("owner0@example.org", {addresses!r})
odd = (
    {{"full_name": "Two\\r\\nBcc: lines@example.org"}},
    {{"attributes": {{"city": {{"deep": [1, None]}}}}}},
    {{"attributes": {{"city": "x" * 200_000}}}},
)
for n, fields in enumerate(odd):
    Recipient.objects.filter(email=f"odd{{n}}@example.org").update(**fields)
Recipient.objects.filter(email="listed@example.org").update(attributes=["no", "names"])
"""

#: A message that no form lets in.
BROKEN = """
from mailing.sending import control
from tests.faults.letters import make_lists, make_mailing
mailing = make_mailing("News", make_lists(1, 20)[0])
mailing.message.subject = "Two\\r\\nBcc: lines@example.org {{ full_name"
mailing.message.body_html = "{% boom %} {{ nonsense }} {{ email|}} <p <b>{{ {{ full_name }} \\x01"
mailing.message.save()
control.run_now(mailing, mailing.owner, "manual")
"""


def test_recipients_to_whom_no_letter_can_be_made(scene: Scene) -> None:
    possible = [f"reader{n}@example.org" for n in range(60)]
    possible += [f"odd{n}@example.org" for n in range(3)]
    scene.start_worker()
    scene.send(ODD.format(addresses=[*IMPOSSIBLE, *possible]))
    scene.wait_for_the_end()

    expected = dict.fromkeys(IMPOSSIBLE, ("failed", "not_composed"))
    assert scene.states() == expected | dict.fromkeys(possible, ("sent", ""))
    reasons = "SELECT smtp_reply FROM mailing_delivery WHERE state = 'failed'"
    assert all(text for (text,) in scene.installation.query(reasons))
    scene.judge()


def test_a_message_that_means_nothing(scene: Scene) -> None:
    scene.start_worker()
    scene.installation.python(BROKEN)
    scene.wait_for_the_end()

    assert scene.judge().states == {"sent": 20}
    assert {letter.subject[:4] for letter in scene.sink.accepted()} == {"Two "}


#: A mailing whose answers are to go to what is no address, as no form lets in.
NO_REPLY_ADDRESS = """
from mailing.sending import control
from tests.faults.letters import make_lists, make_mailing
mailing = make_mailing("News", make_lists(1, 5)[0])
mailing.reply_to = "nonsense"
mailing.save()
control.run_now(mailing, mailing.owner, "manual")
"""


def test_a_mailing_of_which_no_letter_can_be_made(scene: Scene) -> None:
    scene.start_worker()
    scene.installation.python(NO_REPLY_ADDRESS)
    scene.wait_for_the_end(40)

    assert set(scene.states().values()) == {("failed", "not_composed")}
    scene.judge()
