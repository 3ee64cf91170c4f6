"""The whole site on this machine, as `make run` starts it, in a directory of its own."""

import os
import re
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.local import reserved
from tests.installation import MANAGE, wait_until
from tests.run import SETTINGS
from tests.shared import alone_with

PATIENCE = 150


@dataclass
class Local:
    """A running `start_local` and what it printed."""

    process: subprocess.Popen[bytes]
    directory: Path
    output: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def get(self, path: str) -> tuple[str, str]:
        """Return the address at which a GET ends and the page there."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.url.partition(str(self.port))[2], answer.read().decode()

    def mail_port(self) -> int:
        found = re.search(r"EMAIL_URL=smtp://127.0.0.1:(\d+)", self._environment_of_a_child())
        assert found
        return int(found[1])

    def _environment_of_a_child(self) -> str:
        pids = [int(pid) for pid in re.findall(r"started \(pid=(\d+)\)", self.said())]
        return Path(f"/proc/{pids[0]}/environ").read_text().replace("\0", "\n")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)


def environment(directory: Path, **more: str) -> dict[str, str]:
    """Return an environment without anybody's settings, whose files lie in `directory`."""
    clean = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return {**clean, "DEBUG": "1", "ENV_FILE": "", "VAR_DIR": str(directory), **more}


def processes_of(directory: Path) -> list[str]:
    """Return the command lines of processes that work on `directory`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if f"VAR_DIR={directory}\0" in (entry / "environ").read_text(errors="replace"):
                found.append((entry / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return [command for command in found if command]


def start(directory: Path) -> Local:
    """Start the site; return when it says that it is running, or has ended."""
    with reserved() as reservation:
        return _start(directory, reservation.getsockname()[1])


def _start(directory: Path, port: int) -> Local:
    output = directory / f"output-{port}"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [*MANAGE, "start_local", "--no-reload"],
            env=environment(directory, PORT=str(port)),
            stdout=file,
            stderr=file,
            stdin=subprocess.DEVNULL,
        )
    local = Local(process, directory, output, port)
    try:
        wait_until(
            lambda: "is running at" in local.said() or process.poll() is not None,
            PATIENCE,
            "the site to start",
        )
    except AssertionError:
        local.stop()
        raise
    assert process.poll() is None, local.said()
    return local


@pytest.fixture(scope="session")
def _first_start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a site leaves behind that was started on an empty directory, and ended."""
    with alone_with("first-start") as place:
        if not place.exists():
            started = start(tmp_path_factory.mktemp("first"))
            started.stop()
            assert "Making the demo" in started.said()
            assert "Traceback" not in started.said()
            assert "Page created" not in started.said()
            shutil.move(started.directory, place)
    return place


@pytest.fixture(scope="module")
def local(_first_start: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """A running site with the demo, as one finds it after the first start."""
    directory = tmp_path_factory.mktemp("local")
    shutil.copytree(_first_start, directory, dirs_exist_ok=True)
    started = start(directory)
    yield started
    started.stop()
