"""Measures how fast recipients come in, beside PostgreSQL's COPY; `make bench OPTIONS=--import`."""

import csv
import os
import random
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from openpyxl import Workbook

from bench.installation import ROOT, Installation

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


def measure(installation: Installation, rows: int) -> None:
    """Print the rates of COPY and of imports of the same rows, and what memory these took."""
    table = installation.directory / "people.csv"
    write_csv(table, rows)
    create = f"from accounts.models import User; User.objects.create_user({OWNER!r})"
    installation.run("manage.py", "shell", "--no-imports", "-c", create)
    print(f"{rows:,} rows, {table.stat().st_size / 1e6:.0f} MB as CSV, {_load()}", flush=True)
    url = installation.environment["DATABASE_URL"]
    bare = None if url.startswith("sqlite") else min(copy(url, table) for _ in range(3))
    if bare:
        print(f"COPY into a bare table: {bare:.2f} s, {rows / bare:,.0f} rows/s", flush=True)
    _show("import", _import(installation, table), rows, bare)
    _show("the same once more", _import(installation, table), rows, bare)
    _show("a dry run of it", _import(installation, table, "--dry-run"), rows, bare)
    sheet = installation.directory / "people.xlsx"
    fewer = min(rows, 200_000)
    write_xlsx(sheet, table, fewer)
    _show(f"XLSX, {fewer:,} of the rows", _import(installation, sheet), fewer, None)


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


def copy(url: str, table: Path) -> float:
    """Return the seconds that PostgreSQL takes for the same rows, without an index or a check."""
    columns = ", ".join(f"{name} text" for name in HEADINGS)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bare")
        connection.execute(f"CREATE TABLE bare ({columns})")
        begun = time.perf_counter()
        with (
            table.open("rb") as file,
            connection.cursor() as cursor,
            cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as stream,
        ):
            while chunk := file.read(1 << 20):
                stream.write(chunk)
        seconds = time.perf_counter() - begun
        connection.execute("DROP TABLE bare")
    return seconds


def _import(installation: Installation, table: Path, *options: str) -> tuple[float, int]:
    """Return the seconds of the command, from its start to its end, and its peak memory in MB."""
    command = [sys.executable, "manage.py", "import_recipients", str(table), "--owner", OWNER]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*command, *options], env=installation.environment, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("The import failed")
    return time.perf_counter() - begun, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss // 1024


def _show(name: str, taken: tuple[float, int], rows: int, bare: float | None) -> None:
    seconds, memory = taken
    ratio = f", {bare / seconds:.3f} of COPY" if bare else ""
    print(f"{name}: {seconds:.1f} s, {rows / seconds:,.0f} rows/s{ratio}, {memory} MB; {_load()}")
    sys.stdout.flush()


def _load() -> str:
    found = re.match(r"\S+", Path("/proc/loadavg").read_text())
    return f"load {found[0] if found else '?'}"
