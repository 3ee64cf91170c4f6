"""Measures how fast recipients come in, beside PostgreSQL's COPY; `make bench OPTIONS=--import`."""

import csv
import os
import random
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import psycopg
from openpyxl import Workbook

from bench.installation import ROOT, Installation
from bench.processor import Backends

OWNER = "owner@example.org"
HEADINGS = ["email", "full_name", "city", "plan"]
FIRST = (
    "Anna",
    "Boris",
    "Clara",
    "David",
    "Elena",
    "Fedor",
    "Greta",
    "Hugo",
    "Irina",
    "Jonas",
    "Karin",
    "Leonid",
    "Maria",
    "Nils",
)
LAST = (
    "Archer",
    "Baker",
    "Cook",
    "Dyer",
    "Fisher",
    "Гаврилова",
    "Hunter",
    "Иванов",
    "Köhler",
    "Miller",
    "Петрова",
    "Smith",
)
CITIES = ("Riga", "Oslo", "Москва", "Berlin", "Тверь", "Псков", "Köln", "Bath", "York", "Leeds")


class Taken(NamedTuple):
    """What something cost: seconds by the clock, and of processor here and in PostgreSQL."""

    seconds: float
    here: float
    database: float
    megabytes: int = 0


def measure(installation: Installation, rows: int) -> None:
    """Print the rates of COPY and of imports of the same rows, and what memory these took."""
    table = installation.directory / "people.csv"
    write_csv(table, rows)
    create = f"from accounts.models import User; User.objects.create_user({OWNER!r})"
    installation.run("manage.py", "shell", "--no-imports", "-c", create)
    print(f"{rows:,} rows, {table.stat().st_size / 1e6:.0f} MB as CSV", flush=True)
    url = installation.environment["DATABASE_URL"]
    bare: list[float] = []
    if not url.startswith("sqlite"):
        bare = measure_copies(url, table, rows)
    _show("import", _import(installation, table), rows, bare)
    _show("the same once more", _import(installation, table), rows, bare)
    _show("a dry run of it", _import(installation, table, "--dry-run"), rows, bare)
    sheet = installation.directory / "people.xlsx"
    fewer = min(rows, 200_000)
    write_xlsx(sheet, table, fewer)
    _show(f"XLSX, {fewer:,} of the rows", _import(installation, sheet), fewer, [])


def measure_copies(url: str, table: Path, rows: int) -> list[float]:
    """Return the best seconds of COPY into bare tables: of the file, and of whole recipients."""
    file = min(copy_bare(url, table) for _ in range(3))
    _show("COPY of the file into a bare table", file, rows, [])
    whole = whole_rows(url, table)
    recipients = min(copy_whole(url, whole, "bare") for _ in range(3))
    bare = [file.seconds, recipients.seconds]
    _show("COPY of whole recipients into a bare table", recipients, rows, bare)
    _show("… into theirs", copy_whole(url, whole, "mailing_recipient"), rows, bare)
    return bare


def write_csv(path: Path, rows: int) -> None:
    """Write people in no order, as address books have them."""
    chance = random.Random(1)  # noqa: S311
    numbers = list(range(rows))
    chance.shuffle(numbers)
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file).writerow
        write(HEADINGS)
        for number in numbers:
            name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
            plan = chance.choice(("free", "paid"))
            write([f"reader{number}@example.org", name, chance.choice(CITIES), plan])


def write_xlsx(path: Path, table: Path, rows: int) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("People")
    with table.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file)):
            if number > rows:
                break
            sheet.append(row)
    book.save(path)


def copy_bare(url: str, table: Path) -> Taken:
    """Have PostgreSQL take in the same rows without an index or a check."""
    columns = ", ".join(f"{name} text" for name in HEADINGS)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bare")
        connection.execute(f"CREATE TABLE bare ({columns})")
        taken = _copy(connection, "COPY bare FROM STDIN (FORMAT csv, HEADER)", table)
        connection.execute("DROP TABLE bare")
    return taken


def whole_rows(url: str, table: Path) -> Path:
    """Write the rows as recipients are stored, with all their columns but the key."""
    whole = table.with_suffix(".rows")
    with psycopg.connect(url) as connection:
        (owner,) = connection.execute("SELECT min(id) FROM accounts_user").fetchone() or (0,)
    rest = f"{datetime.now(UTC)},{datetime.now(UTC)},,active,import,,{owner}\n"
    with table.open(encoding="utf-8") as source, whole.open("w", encoding="utf-8") as target:
        for email, name, city, plan in csv.reader(source):
            target.write(f'{email},{name},"{{""city"": ""{city}"", ""plan"": ""{plan}""}}",')
            target.write(rest)
    return whole


def copy_whole(url: str, whole: Path, target: str) -> Taken:
    """Have PostgreSQL take in whole recipients.

    The target is "bare", a table like theirs without an index or a check, or their own table; that
    is the least that any import can cost.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bare")
        connection.execute("CREATE TABLE bare (LIKE mailing_recipient INCLUDING IDENTITY)")
        taken = _copy(
            connection,
            f"COPY {target} (email, full_name, attributes, created_at, updated_at,"
            " comment, state, consent_source, consent_wording, owner_id)"
            " FROM STDIN (FORMAT csv, HEADER, FORCE_NOT_NULL (comment, consent_wording))",
            whole,
        )
        connection.execute("TRUNCATE mailing_recipient CASCADE")
        connection.execute("DROP TABLE bare")
    return taken


def _copy(connection: psycopg.Connection, sql: str, table: Path) -> Taken:
    backends = Backends(connection)
    begun, processor = time.perf_counter(), time.process_time()
    with table.open("rb") as file, connection.cursor() as cursor, cursor.copy(sql) as stream:
        while chunk := file.read(1 << 20):
            stream.write(chunk)
    seconds, here = time.perf_counter() - begun, time.process_time() - processor
    backends.look()
    return Taken(seconds, here, backends.seconds)


def _import(installation: Installation, table: Path, *options: str) -> Taken:
    """Import by the command, from its start to its end."""
    command = [sys.executable, "manage.py", "import_recipients", str(table), "--owner", OWNER]
    url = installation.environment["DATABASE_URL"]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*command, *options], env=installation.environment, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    with Backends.of(url) as backends:
        pid = 0
        while not pid:
            backends.look()
            time.sleep(0.05)
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("The import failed")
    return Taken(
        time.perf_counter() - begun,
        usage.ru_utime + usage.ru_stime,
        backends.seconds,
        usage.ru_maxrss // 1024,
    )


def _show(name: str, taken: Taken, rows: int, bare: list[float]) -> None:
    ratios = [f"{seconds / taken.seconds:.3f}" for seconds in bare]
    ratio = f", {' and '.join(ratios)} of COPY into a bare table" if ratios else ""
    memory = f", {taken.megabytes} MB" if taken.megabytes else ""
    print(
        f"{name}: {taken.seconds:.1f} s, {rows / taken.seconds:,.0f} rows/s{ratio}{memory};"
        f" processor {taken.here:.1f} s, of PostgreSQL {taken.database:.1f} s; {_load()}"
    )
    sys.stdout.flush()


def _load() -> str:
    found = re.match(r"\S+", Path("/proc/loadavg").read_text())
    return f"load {found[0] if found else '?'}"
