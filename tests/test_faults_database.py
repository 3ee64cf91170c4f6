"""The database may crash, and its disk may be full: no letter is lost or doubled."""

import random
import time

import pytest

from tests.faults.scene import AT_LENGTH, PrivateScene

pytestmark = pytest.mark.processes

CRASHES = 20 if AT_LENGTH else 5
READERS = 3000 if AT_LENGTH else 800


def test_postgresql_crashes_again_and_again(private_scene: PrivateScene) -> None:
    scene = private_scene
    scene.sink.order(delay=0.05)
    scene.start_worker()
    scene.send(f"make_lists(1, {READERS})")
    for _ in range(CRASHES):
        scene.wait_for_letters(len(scene.sink.accepted()) + 20, 120)
        scene.postgres.crash()
        time.sleep(random.uniform(0, 3))
        scene.postgres.start()
    scene.wait_for_the_end()

    # whoever lives through it knows what the mail server said: nothing is uncertain
    assert scene.judge().states == {"sent": READERS}
