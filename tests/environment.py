"""The environment that tests run in, set before the settings are read."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from xdist.scheduler import LoadScopeScheduling

from config.translations import compile_catalogues

ROOT = Path(__file__).resolve().parents[1]


def _numbered(url: str, number: int) -> str:
    """Return the address of the Redis database `number` places after that of `url`."""
    parts = urlsplit(url)
    database = int(parts.path.strip("/") or 0) + number
    return urlunsplit(parts._replace(path=f"/{database}"))


def _own_directory() -> str:
    directory = tempfile.mkdtemp(prefix="mailshot-tests-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


class Scheduling(LoadScopeScheduling):
    """Hands out the tests of the apps one by one, those of `tests` by file.

    The latter start real processes, which the tests of a file share, and take longest, so the
    larger units, which go out first, are theirs.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.startswith("tests/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


def prepare() -> None:
    """Set what the tests rely on, with files, queue and cache apart for each xdist worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    os.environ["ENV_FILE"] = ""
    os.environ["DEBUG"] = "0"
    os.environ["STATIC_HASHED"] = "0"
    os.environ["VAR_DIR"] = _own_directory()
    os.environ["QUEUE_NAME"] = f"mailshot-test-{os.getpid()}"
    os.environ.setdefault("SECRET_KEY", "only-for-tests-and-long-enough-for-the-deployment-checks")
    os.environ.setdefault("SITE_URL", "http://testserver")
    os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
    os.environ.setdefault("TEST_SQLITE_PATH", str(ROOT / "var" / "test.sqlite3"))
    if os.environ.get("CACHE_URL", "").startswith("redis"):
        os.environ["CACHE_URL"] = _numbered(os.environ["CACHE_URL"], int(worker.strip("gw")))


(ROOT / "var").mkdir(exist_ok=True)
compile_catalogues(ROOT / "locale")
prepare()
