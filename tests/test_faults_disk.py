"""The disk may fill up under the database: once there is room again, all goes on as it was."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults.private import Postgres, are_installed
from tests.faults.scene import IN_FLIGHT, Scene, mail_server_of
from tests.installation import install, wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(
        os.environ.get("DATABASE_URL", "sqlite").startswith("postgres"),
        reason="it has databases of its own: once is enough",
    ),
]

READERS = 700
#: Seconds that the disk stays full after the first complaint.
SECONDS = 3


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk with little room, which takes root to mount."""
    # with root not in a directory that only root may enter
    place = Path(tempfile.mkdtemp(prefix="mailshot-disk-", dir="/var/tmp"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=200m,mode=755", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True).returncode:
        place.rmdir()
        pytest.skip("no small disk can be mounted here, which takes root")
    yield place
    subprocess.run(["umount", str(place)], check=True)
    place.rmdir()


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Take all the room there is until the end of the block."""
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    yield
    ballast.unlink()


def test_the_disk_of_postgresql_is_full(small_disk: Path, tmp_path: Path) -> None:
    if not are_installed():
        pytest.skip("PostgreSQL is not installed")
    directory = small_disk / "postgres"
    directory.mkdir()
    postgres = Postgres(directory)
    postgres.create()
    installation = install(tmp_path, postgres.url, REDIS_URL="", CACHE_URL="")
    log = directory / "postgres.log"
    try:
        with mail_server_of(installation) as sink:
            scene = Scene(installation, sink)
            begin(scene)
            with filled(small_disk):
                wait_until(lambda: "No space left" in log.read_text(), 60, "a full disk")
                time.sleep(SECONDS)
            if not postgres.is_running():
                postgres.start()
            scene.wait_for_the_end(180)

            crashes = max(1, log.read_text().count("PANIC"))
            assert scene.judge(crashes * IN_FLIGHT).letters == READERS
    finally:
        if postgres.is_running():
            postgres.crash()


def test_the_disk_of_sqlite_is_full(small_disk: Path, tmp_path: Path) -> None:
    installation = install(tmp_path, f"sqlite:///{small_disk}/live.sqlite3", REDIS_URL="")
    with mail_server_of(installation) as sink:
        scene = Scene(installation, sink)
        begin(scene)
        with filled(small_disk):
            wait_until(lambda: "disk is full" in installation.log(), 60, "a full disk")
            time.sleep(SECONDS)
        scene.wait_for_the_end(180)

        assert scene.judge(IN_FLIGHT).letters == READERS


def begin(scene: Scene) -> None:
    """Have some letters sent, with the others still to come."""
    scene.sink.order(delay=0.05)
    scene.start_worker()
    scene.send(f"make_lists(1, {READERS})")
    scene.wait_for_letters(50)
