"""Importing and exporting as real processes: exit statuses and streams."""

import subprocess

import pytest

from tests.installation import MANAGE, Installation
from tests.shared import ROOT

pytestmark = pytest.mark.processes


def manage(
    installation: Installation, *arguments: str, given: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """Run a command with a file on its standard input."""
    return subprocess.run(
        [*MANAGE, *arguments],
        input=given.encode(),
        capture_output=True,
        env=installation.environment,
        cwd=ROOT,
        check=False,
    )


def test_exit_statuses_tell_whether_everything_came_in(installation: Installation) -> None:
    installation.python(
        "from accounts.models import User; User.objects.create_user('files@example.org')"
    )
    command = ("import_recipients", "-", "--owner", "files@example.org")
    right = manage(installation, *command, given="email;имя\nann@example.org;Аня\n")
    assert (right.returncode, right.stderr) == (0, b"")
    assert b"added: 1\n" in right.stdout
    wrong = manage(installation, *command, given="email\nann@example.org\nnobody\n")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith(b"Line 3: ")
    assert b"unchanged: 1\n" in wrong.stdout
    missing = manage(installation, "import_recipients", "none.csv", "--owner", "files@example.org")
    assert (missing.returncode, missing.stdout) == (1, b"")
    assert len(missing.stderr.splitlines()) == 1
    exported = manage(installation, "export_recipients", "--owner", "files@example.org")
    assert exported.returncode == 0
    assert "ann@example.org,Аня," in exported.stdout.decode()
    installation.python("from accounts.models import User; User.objects.all().delete()")
