"""Everything on one machine, as `make run` starts it, in a directory of its own."""

import os
import re
import signal
import smtplib
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.installation import MANAGE, wait_until
from tests.mail_server import free_port
from tests.run import SETTINGS

pytestmark = pytest.mark.processes

PATIENCE = 120


@dataclass
class Local:
    """A running `start_local` and what it printed."""

    process: subprocess.Popen[bytes]
    output: Path
    port: int

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


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("local")


def start(directory: Path) -> Local:
    port = free_port()
    output = directory / f"output-{port}"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [*MANAGE, "start_local"],
            env=environment(directory, PORT=str(port)),
            stdout=file,
            stderr=file,
            stdin=subprocess.DEVNULL,
        )
    local = Local(process, output, port)
    wait_until(
        lambda: "is running at" in local.said() or process.poll() is not None,
        PATIENCE,
        f"the site to start; it said {local.said()}",
    )
    return local


@pytest.fixture(scope="module")
def local(directory: Path) -> Iterator[Local]:
    """A site that was started on an empty directory."""
    started = start(directory)
    yield started
    if started.process.poll() is None:
        started.process.send_signal(signal.SIGINT)
        started.process.wait(30)


@pytest.mark.parametrize(
    ("path", "end"),
    [
        ("/", "/"),
        ("/blog/", "/blog/"),
        ("/accounts/signup/", "/accounts/signup/"),
        ("/dashboard/", "/accounts/login/?next=/dashboard/"),
        ("/cms/", "/accounts/login/?next=/cms/"),
        ("/healthz", "/healthz"),
        ("/mail/", "/mail/"),
        ("/static/css/base.css", "/static/css/base.css"),
    ],
)
def test_the_pages_of_the_site_answer(local: Local, path: str, end: str) -> None:
    assert local.get(path)[0] == end


def test_the_django_admin_leads_to_the_one_login(local: Local) -> None:
    assert local.get("/admin/")[0].startswith("/accounts/login/")


def test_the_last_words_tell_where_to_go(local: Local) -> None:
    said = local.said()

    assert f"http://localhost:{local.port}/" in said
    assert f"http://localhost:{local.port}/mail/" in said
    assert "Traceback" not in said


def test_a_letter_that_is_sent_can_be_read(local: Local) -> None:
    letter = EmailMessage()
    letter["Subject"] = "Проба"
    letter["From"], letter["To"] = "from@example.org", "to@example.org"
    letter.set_content("Look at http://localhost/page")
    with smtplib.SMTP("127.0.0.1", local.mail_port()) as connection:
        connection.send_message(letter)

    listed = local.get("/mail/")[1]
    assert "Проба" in listed
    found = re.search(r'href="(/mail/[^"/]+/)">Проба', listed)
    assert found
    assert 'href="http://localhost/page"' in local.get(found[1])[1]


def test_a_taken_port_is_said_with_one_that_is_free(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*MANAGE, "start_local"],
            env=environment(tmp_path, PORT=str(port)),
            capture_output=True,
            text=True,
        )

    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert re.search(r"make run PORT=\d+", done.stderr)


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    done = subprocess.run(
        [*MANAGE, "start_local"],
        env=environment(tmp_path, PORT=port),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "PORT" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_the_end_leaves_no_process_and_the_data(
    local: Local, directory: Path, number: signal.Signals
) -> None:
    running = start(directory) if local.process.poll() is not None else local
    assert len(processes_of(directory)) > 5
    running.process.send_signal(number)

    assert running.process.wait(30) == 0
    wait_until(lambda: not processes_of(directory), 10, f"{processes_of(directory)} to end")
    assert "Traceback" not in running.said()
    assert "Making the demo" not in running.said() or running is local
    assert (directory / "mailshot.sqlite3").exists()


def test_it_is_not_for_production(tmp_path: Path) -> None:
    done = subprocess.run(
        [*MANAGE, "start_local"],
        env={**environment(tmp_path), "DEBUG": "0", "SECRET_KEY": "x" * 60},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "DEBUG=1" in done.stderr


def test_production_refuses_to_start_without_a_secret_key(tmp_path: Path) -> None:
    done = subprocess.run(
        [*MANAGE, "check"],
        env={**environment(tmp_path), "DEBUG": "0", "SECRET_KEY": ""},
        capture_output=True,
        text=True,
    )

    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_local_work_makes_a_secret_key_and_keeps_it(tmp_path: Path) -> None:
    show = [
        "shell",
        "--no-imports",
        "-c",
        "from django.conf import settings as s; print(s.SECRET_KEY)",
    ]
    keys = {
        subprocess.run(
            [*MANAGE, *show], env=environment(tmp_path), capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }

    assert len(keys) == 1
    assert len(keys.pop()) > 40
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
