"""On the embedded default people work on while letters go out: nobody finds the database locked."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count, takewhile
from pathlib import Path

import pytest

from tests.faults.running_site import LOG_IN, PASSWORD, running_site
from tests.faults.scene import AT_LENGTH, OWNER, Scene
from tests.faults.visitor import Visitor

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(
        os.environ.get("DATABASE_URL", "sqlite").startswith("postgres"),
        reason="it is about the embedded default",
    ),
]

READERS = 10_000 if AT_LENGTH else 2_000
#: Seconds that reading and writing all the pages below may take on a busy machine.
PATIENCE = 30
READ = ("", "recipients/", "recipients/?before=end", "lists/", "mailings/", "messages/")


def use_pages(visitor: Visitor, attempt: int, email: str) -> None:
    """Read pages of the dashboard; add a recipient and change it."""
    for path in (*READ, f"attempts/{attempt}/", "recipients/new/"):
        assert visitor.get(f"/dashboard/{path}").status == 200
    added = visitor.post("/dashboard/recipients/new/", email=email, full_name="Somebody")
    assert (added.status, email in added.text) == (200, True)
    assert visitor.get(f"{added.path}edit/").status == 200
    new = {"email": email, "full_name": "Somebody Else", "state": "active"}
    changed = visitor.post(f"{added.path}edit/", **new)
    assert (changed.status, changed.path) == (200, added.path)
    assert "Somebody Else" in changed.text


def work(scene: Scene, visitor: Visitor, attempt: int, name: str) -> list[float]:
    """Use the pages until every letter has left; return the seconds that each time took."""
    seconds = []
    for number in takewhile(lambda _: not scene.has_ended(), count()):
        began = time.monotonic()
        use_pages(visitor, attempt, f"{name}{number}@example.org")
        seconds.append(time.monotonic() - began)
    return seconds


def test_the_dashboard_is_used_while_letters_go_out(scene: Scene, tmp_path: Path) -> None:
    site_log = tmp_path / "site.log"
    scene.installation.python(f"from tests.faults.letters import *; make_lists(1, {READERS})")
    scene.installation.python(LOG_IN)
    scene.sink.order(delay=0.01)  # so that there is time to do something meanwhile
    scene.start_worker()
    with running_site(scene.installation, site_log) as visitor, ThreadPoolExecutor(2) as pool:
        visitors = {name: Visitor(visitor.port) for name in ("bob", "carol")}
        for each in visitors.values():
            each.log_in(OWNER, PASSWORD)
        attempt = scene.send()
        done = [pool.submit(work, scene, each, attempt, name) for name, each in visitors.items()]
        seconds = [each for future in done for each in future.result()]
    assert scene.judge().states == {"sent": READERS}
    assert len(seconds) > 4
    assert max(seconds) < PATIENCE
    said = site_log.read_text() + scene.installation.log()
    assert "locked" not in said
    assert "Traceback" not in said
