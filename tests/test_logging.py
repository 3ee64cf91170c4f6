"""What log lines carry and where they go."""

import json
import logging
import logging.config
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.db import connections
from django.test import Client
from django_q.signals import pre_execute

from accounts.models import User
from config.log_files import SharedRotatingFileHandler
from config.logs import logging_settings, record_sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def log_directory(tmp_path: Path) -> Iterator[Path]:
    """JSON lines go to files in a directory of their own."""
    structlog.contextvars.clear_contextvars()
    given = logging.getLogger("django.db.backends")
    before = given.handlers, given.level, given.propagate
    logging.config.dictConfig(
        logging_settings(form="json", level="INFO", directory=str(tmp_path), sql=True)
    )
    yield tmp_path
    logging.config.dictConfig(logging_settings(form="plain", level="INFO", directory="", sql=False))
    given.handlers, given.level, given.propagate = before
    structlog.contextvars.clear_contextvars()


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def the_request(directory: Path) -> dict[str, Any]:
    """Return the one line about a request that has ended."""
    (line,) = [
        line
        for line in lines_of(directory / "application.log")
        if line["logger"] == "mailshot.request"
    ]
    return line


def test_a_line_in_a_request_carries_request_and_user(
    log_directory: Path, alice: User, login: Callable[[User], Client]
) -> None:
    answer = login(alice).get("/", headers={"X-Request-ID": "from-the-proxy-1"})

    assert answer["X-Request-ID"] == "from-the-proxy-1"
    line = the_request(log_directory)
    assert line["request_id"] == "from-the-proxy-1"
    assert line["user"] == alice.pk
    assert line["status"] == 200
    assert line["method"] == "GET"


def test_a_strangers_line_says_that_there_is_no_user(log_directory: Path, client: Client) -> None:
    answer = client.get("/")

    assert the_request(log_directory)["user"] is None
    assert the_request(log_directory)["request_id"] == answer["X-Request-ID"]


@pytest.mark.parametrize(
    "given", ["short", "x" * 65, "with space in it", "line\nbreak-in-it", "ЮЮЮЮЮЮЮЮ"]
)
def test_a_strange_request_id_is_replaced(client: Client, given: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": given})

    assert answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 32


def test_tokens_in_addresses_stay_out_of_the_log(log_directory: Path, client: Client) -> None:
    client.get("/accounts/password/reset/key/1-a-very-secret-token/?email=somebody@example.org")

    text = (log_directory / "application.log").read_text()
    assert "very-secret-token" not in text
    assert "somebody@example.org" not in text


def test_errors_have_a_file_of_their_own(log_directory: Path) -> None:
    try:
        raise ValueError("it broke")
    except ValueError:
        logging.getLogger("mailing.sending").exception("Letter lost", extra={"delivery": 7})
    logging.getLogger("mailing.sending").info("All well")

    (line,) = lines_of(log_directory / "errors.log")
    assert line["event"] == "Letter lost"
    assert line["delivery"] == 7
    assert "ValueError: it broke" in line["exception"]
    assert len(lines_of(log_directory / "application.log")) == 2


def test_a_line_in_a_task_carries_mailing_and_attempt(log_directory: Path) -> None:
    structlog.contextvars.bind_contextvars(mailing=1)
    pre_execute.send("django_q", func=None, task={"name": "some-task"})
    logging.getLogger("mailing.sending").info("Begun")
    structlog.contextvars.bind_contextvars(mailing=5, attempt=9)
    structlog.get_logger("mailing.sending").info("Opened", letters=3)

    begun, opened = lines_of(log_directory / "application.log")
    assert "mailing" not in begun
    assert begun["task"] == "some-task"
    assert (opened["mailing"], opened["attempt"], opened["letters"]) == (5, 9, 3)
    assert opened["logger"] == "mailing.sending"


def test_statements_go_to_their_file_alone(
    log_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connections["default"]
    monkeypatch.setattr(connection, "force_debug_cursor", False)
    record_sql(None, connection)
    User.objects.filter(email="nobody@example.org").exists()

    statements = [line["event"] for line in lines_of(log_directory / "sql.log")]
    assert any("nobody@example.org" in statement for statement in statements)
    assert not (log_directory / "application.log").exists()


def test_without_a_directory_there_are_no_files() -> None:
    made = logging_settings(form="plain", level="INFO", directory="", sql=False)

    assert set(made["handlers"]) == {"console"}


#: Writes so many lines of a name to a file that is full after 2000 bytes.
WRITER = """
import logging, sys
from config.log_files import SharedRotatingFileHandler
path, name, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
handler = SharedRotatingFileHandler(path, max_bytes=2000, backups=200)
for n in range(number):
    handler.emit(logging.makeLogRecord({"msg": f"{name}-{n:05d}"}))
"""


def test_processes_turn_a_file_over_without_losing_lines(tmp_path: Path) -> None:
    path, number = tmp_path / "shared.log", 2000
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, str(number)])
        for name in ("a", "b")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]

    files = [file for file in tmp_path.glob("shared.log*") if file.suffix != ".lock"]
    written = [line for file in files for line in file.read_text().splitlines()]
    assert sorted(written) == [f"{name}-{n:05d}" for name in "ab" for n in range(number)]
    assert len(files) > 10
    assert max(file.stat().st_size for file in files) < 2100


def test_only_so_many_full_files_are_kept(tmp_path: Path) -> None:
    handler = SharedRotatingFileHandler(str(tmp_path / "app.log"), max_bytes=100, backups=2)
    for n in range(100):
        handler.emit(logging.makeLogRecord({"msg": f"line {n}"}))
    handler.close()

    names = {file.name for file in tmp_path.iterdir() if file.suffix != ".lock"}
    assert names == {"app.log", "app.log.1", "app.log.2"}
    assert "line 99" in (tmp_path / "app.log").read_text()
