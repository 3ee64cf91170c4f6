"""The site as it runs in production, in processes of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.visitor import Visitor
from tests.installation import Installation, wait_until
from tests.mail_server import free_port
from tests.shared import ROOT

PASSWORD = "correct horse battery staple"
#: Makes the owner of the readers somebody who can log in.
LOG_IN = f"""
from accounts.addresses import confirm_address
from accounts.models import User
owner = User.objects.get(email="owner0@example.org")
owner.set_password("{PASSWORD}")
owner.save()
confirm_address(owner)
"""


@contextmanager
def running_site(installation: Installation, log: Path) -> Iterator[Visitor]:
    """Serve the pages of an installation until the end of the block, to a visitor."""
    port = free_port()
    options = ["--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=installation.environment, stdout=output, stderr=output
        )
    visitor = Visitor(port)
    try:
        wait_until(visitor.is_answered, 60, "the site to answer")
        yield visitor
    finally:
        process.terminate()
        process.wait(60)
