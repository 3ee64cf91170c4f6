"""A batch of people as a temporary table, in whatever way the database takes it in fastest."""

import json
from collections.abc import Callable
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any, NamedTuple

from django.db import connection

from mailing.importing.rows import Person

TABLE = "import_stage"
#: The position is committed with the rows, so a crash loses both or neither; compiling the
#: statements takes longer than it saves.
SETTINGS = "SELECT set_config('synchronous_commit', 'off', true), set_config('jit', 'off', true)"
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class Prepared(NamedTuple):
    """A batch of people, and what COPY reads of each where it is copied."""

    people: list[Person]
    lines: list[str]


class PostgreSQLStage:
    """Copied into."""

    quote: Callable[[str], str] = staticmethod(encode_basestring)
    merged = "(r.attributes || s.attributes)"
    adds_attributes = "NOT (r.attributes @> s.attributes)"
    pair = "jsonb_build_object('full_name', {0}, 'comment', {1}, 'attributes', {2})"
    locked = "FOR UPDATE"
    copies_newcomers = True

    def prepared(self, people: list[Person]) -> Prepared:
        return Prepared(people, _copy_lines(people))

    def begin(self, cursor: Any, batch: Prepared) -> None:
        cursor.execute(SETTINGS)
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(
            f'CREATE TEMPORARY TABLE {TABLE} (email text COLLATE "C", full_name text, comment text,'
            " attributes jsonb, reason text NOT NULL DEFAULT '', recipient_id bigint)"
        )
        with cursor.copy(
            f"COPY {TABLE} (email, full_name, comment, attributes) FROM STDIN"
        ) as copy:
            copy.write("\n".join(batch.lines) + "\n")

    def end(self, cursor: Any) -> None:
        cursor.execute(f"DROP TABLE {TABLE}")


def _copy_lines(people: list[Person]) -> list[str]:
    """Return people as COPY reads them; most files hold nothing that has to be escaped."""
    lines = ["\t".join(person) for person in people]
    text = "\n".join(lines)
    is_plain = text.count("\n") == len(people) - 1 and text.count("\t") == 3 * len(people)
    if is_plain and "\\" not in text and "\r" not in text:
        return lines
    return ["\t".join(map(escaped, person)) for person in people]


def escaped(cell: str) -> str:
    return cell.translate(_ESCAPES)


class SQLiteStage:
    """Filled row by row, which costs nothing in the same process."""

    quote: Callable[[str], str] = staticmethod(encode_basestring_ascii)
    merged = "import_merged(r.attributes, s.attributes)"
    adds_attributes = "import_merged(r.attributes, s.attributes) <> r.attributes"
    pair = "json_object('full_name', {0}, 'comment', {1}, 'attributes', json({2}))"
    locked = ""
    copies_newcomers = False

    def prepared(self, people: list[Person]) -> Prepared:
        return Prepared(people, [])

    def begin(self, cursor: Any, batch: Prepared) -> None:
        connection.connection.create_function("import_merged", 2, _merged, deterministic=True)
        cursor.execute(f"DROP TABLE IF EXISTS temp.{TABLE}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {TABLE} (email TEXT PRIMARY KEY, full_name TEXT, comment TEXT,"
            " attributes TEXT, reason TEXT NOT NULL DEFAULT '', recipient_id INTEGER) WITHOUT ROWID"
        )
        cursor.executemany(
            f"INSERT INTO {TABLE} (email, full_name, comment, attributes)"  # noqa: S608
            " VALUES (%s, %s, %s, %s)",
            batch.people,
        )

    def end(self, cursor: Any) -> None:
        cursor.execute(f"DROP TABLE temp.{TABLE}")


def _merged(before: str, new: str) -> str:
    """Return attributes with new ones laid over them, in the same words if none is new."""
    if new == "{}":
        return before
    old = json.loads(before)
    merged = {**old, **json.loads(new)}
    return before if merged == old else json.dumps(merged)


def stage() -> PostgreSQLStage | SQLiteStage:
    """Return the way of the database in use."""
    return PostgreSQLStage() if connection.vendor == "postgresql" else SQLiteStage()
