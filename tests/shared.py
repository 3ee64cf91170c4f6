"""What is made once in a run of the suite, for all its processes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def alone_with(name: str) -> Iterator[Path]:
    """Give the place of something shared, and keep the other processes of the run from it."""
    place = Path(os.environ["TEST_RUN_DIR"]) / name
    with FileLock(place.with_name(f"{name}.lock")):
        yield place
