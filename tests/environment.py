"""The environment that tests run in, set before the settings are read."""

import atexit
import os
import shutil
import tempfile
from functools import cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from config.translations import compile_catalogues
from tests.shared import ROOT


def _numbered(url: str, number: int) -> str:
    """Return the address of the Redis database `number` places after that of `url`."""
    parts = urlsplit(url)
    database = int(parts.path.strip("/") or 0) + number
    return urlunsplit(parts._replace(path=f"/{database}"))


def _own_directory() -> str:
    directory = tempfile.mkdtemp(prefix="mailshot-tests-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


@cache
def _starts_processes(file: str) -> bool:
    return "pytest.mark.processes" in (ROOT / file).read_text(encoding="utf-8")


class Scheduling(LoadScopeScheduling):
    """Hands out tests of real processes by file, the others one by one.

    The former share what they start, and mostly wait; the others compute. So every other worker
    begins at the other end of the queue, that both kinds may run beside each other.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if _starts_processes(file) else nodeid

    def _assign_work_unit(self, node: WorkerController) -> None:
        if self.nodes.index(node) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


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
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ["TEST_RUN_DIR"] = _own_directory()  # of all processes of this run
    os.environ["QUEUE_NAME"] = f"mailshot-test-{os.getpid()}"
    os.environ.setdefault("SECRET_KEY", "only-for-tests-and-long-enough-for-the-deployment-checks")
    os.environ.setdefault("SITE_URL", "http://testserver")
    os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
    os.environ.setdefault("TEST_SQLITE_PATH", f"{os.environ['TEST_RUN_DIR']}/test.sqlite3")
    if os.environ.get("CACHE_URL", "").startswith("redis"):
        os.environ["CACHE_URL"] = _numbered(os.environ["CACHE_URL"], int(worker.strip("gw")))


compile_catalogues(ROOT / "locale")
prepare()
