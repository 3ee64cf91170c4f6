"""Worker processes, told apart by what they do, so that each kind can be killed."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tests.shared import ROOT

GRACE = "8"


def processes() -> Iterator[tuple[int, int, int, str]]:
    """Return the key, the parent, the session and the state of every process."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                yield int(entry.name), int(fields[1]), int(fields[3]), fields[0]


class Cluster:
    """One `manage.py worker` with everything below it."""

    def __init__(self, environment: dict[str, str], log: IO[bytes]) -> None:
        command = [sys.executable, str(ROOT / "manage.py"), "worker", "--grace", GRACE]
        self.parent = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        self.sessions: set[int] = set()

    @property
    def is_running(self) -> bool:
        return self.parent.poll() is None

    def generations(self) -> list[list[int]]:
        """Return the parent, the cluster's first process, its guard, and the guard's workers."""
        found = [row for row in processes() if row[3] != "Z"]
        layers: list[list[int]] = []
        above = [self.parent.pid] if self.is_running else []
        while above:
            layers.append(above)
            above = [pid for pid, parent, _, _ in found if parent in above]
        self.sessions.update(layers[1] if len(layers) > 1 else [])
        return layers

    def leaves(self) -> list[int]:
        layers = self.generations()
        return layers[-1] if len(layers) > 3 else []

    def members(self) -> list[int]:
        """Return every process but the parent, also those whose own parent is gone."""
        self.generations()
        return [
            pid
            for pid, _, session, state in processes()
            if session in self.sessions and state != "Z"
        ]

    def kill_all(self) -> None:
        members = self.members()
        self.parent.kill()
        self.parent.wait()
        for pid in members:
            kill(pid)

    def stop(self) -> None:
        """End it in order; whatever does not is killed."""
        if self.is_running:
            self.generations()
            self.parent.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.parent.wait(30)
        self.kill_all()


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> bool:
    """Send a signal; whether there was a process to get it."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
        return True
    return False
