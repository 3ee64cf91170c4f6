"""Everything on one machine, as `make run` starts it, in a directory of its own."""

import os
import re
import signal
import smtplib
import socket
import subprocess
from email.message import EmailMessage
from pathlib import Path

import pytest

from config.local import reserved, wanted_port
from tests.installation import MANAGE, wait_until
from tests.local_site import Local, environment, processes_of, start

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="it is about the embedded default"),
]


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


def test_sites_that_start_together_choose_different_ports_for_their_letters() -> None:
    with reserved(20_000) as first, reserved(20_000) as second, socket.socket() as catcher:
        port = first.getsockname()[1]
        assert second.getsockname()[1] > port

        catcher.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        catcher.bind(("127.0.0.1", port))
        catcher.listen()
        socket.create_connection(("127.0.0.1", port)).close()


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1", "80 ", ""])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(ValueError, match=r"PORT is .*; it must be a number from 1 to 65535"):
        wanted_port(port, "make run PORT={}".format)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_the_end_leaves_no_process_and_the_data(local: Local, number: signal.Signals) -> None:
    directory = local.directory
    running = start(directory) if local.process.poll() is not None else local
    assert len(processes_of(directory)) > 5
    running.process.send_signal(number)

    assert running.process.wait(30) == 0
    wait_until(lambda: not processes_of(directory), 10, f"{processes_of(directory)} to end")
    assert "Traceback" not in running.said()
    assert "Making the demo" not in running.said()
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
