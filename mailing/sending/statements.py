"""The statements that a sender repeats for every commit, as PostgreSQL and SQLite want them."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import psycopg
from django.db import connection
from django.db.models import QuerySet

from mailing.models import Delivery, Sender
from mailing.models.counts import Counts

TABLE = Delivery._meta.db_table
SENDERS = Sender._meta.db_table
COUNTED = tuple(field.name for field in Counts._meta.local_fields)
#: A row is found by its key, not by the index of what is in hand: that would compare each with
#: everything that all senders have in hand. A row that bears a token is in hand.
MINE = f"{TABLE}.token + 0 = %s"
CLAIMED = f"{TABLE}.state || '' = 'claimed'"


class Dialect(NamedTuple):
    """Where the two differ."""

    lock: str
    records: str
    among: str


POSTGRESQL = Dialect(
    lock="FOR UPDATE SKIP LOCKED",
    records="""SELECT * FROM jsonb_to_recordset(%s::jsonb) AS given(
        id bigint, state text, reason text, smtp_code smallint, smtp_reply text, tried smallint,
        next_try_at timestamptz, finished_at timestamptz)""",
    among="= ANY(%s)",
)
SQLITE = Dialect(
    lock="",  # one transaction writes at a time
    records="""SELECT json_extract(value, '$.id') AS id, json_extract(value, '$.state') AS state,
        json_extract(value, '$.reason') AS reason, json_extract(value, '$.smtp_code') AS smtp_code,
        json_extract(value, '$.smtp_reply') AS smtp_reply, json_extract(value, '$.tried') AS tried,
        json_extract(value, '$.next_try_at') AS next_try_at,
        json_extract(value, '$.finished_at') AS finished_at FROM json_each(%s)""",
    among="IN (SELECT value FROM json_each(%s))",
)


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def dialect() -> Dialect:
    return POSTGRESQL if is_postgresql() else SQLITE


def claim() -> str:
    """Parameters: token, attempt, now, limit; returns whole rows, in any order."""
    return f"""
        UPDATE {TABLE} SET state = 'claimed', token = %s WHERE id IN (
            SELECT id FROM {TABLE} WHERE attempt_id = %s AND state = 'queued' AND next_try_at <= %s
            ORDER BY next_try_at, id LIMIT %s {dialect().lock}
        ) RETURNING *"""  # noqa: S608


def record() -> str:
    """Parameters: records (see `as_json`), their number, token; returns keys.

    The number tells PostgreSQL that they are few, so that it finds each by its key.
    """
    return f"""
        UPDATE {TABLE} SET state = r.state, reason = r.reason, smtp_code = r.smtp_code,
            smtp_reply = r.smtp_reply, tries = tries + r.tried, next_try_at = r.next_try_at,
            finished_at = r.finished_at, token = NULL
        FROM ({dialect().records} LIMIT %s) AS r WHERE {TABLE}.id = r.id AND {MINE}
        RETURNING {TABLE}.id"""  # noqa: S608


def hand_over(condition: str) -> str:
    """Parameters: now, tail of the Message-ID, token, keys, those of `condition`; returns keys."""
    return f"""
        UPDATE {TABLE} SET state = 'handed_over', handed_over_at = %s,
            message_id = CAST({TABLE}.id AS text) || %s
        WHERE {MINE} AND {CLAIMED} AND {TABLE}.id {dialect().among}
            AND {condition}
        RETURNING {TABLE}.id"""  # noqa: S608


def hindered(condition: str) -> str:
    """Parameters: keys, those of `condition`; returns the keys of rows that do not meet it."""
    return f"SELECT id FROM {TABLE} WHERE id {dialect().among} AND NOT ({condition})"  # noqa: S608


def count() -> str:
    """Parameters: what to add to each of COUNTED, key of the sender; returns the key."""
    changes = ", ".join(f"{column} = {column} + %s" for column in COUNTED)
    return f"UPDATE {SENDERS} SET {changes} WHERE id = %s RETURNING id"  # noqa: S608


def condition_of(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """Return the condition, with its parameters, that a query without joins puts on its table."""
    sql, parameters = rows.query.sql_with_params()
    return sql.partition(" WHERE ")[2], parameters


def as_json(rows: Iterable[dict[str, Any]]) -> str:
    """Return rows as the parameter of `record`."""
    return json.dumps(list(rows), default=str)


def as_keys(ids: Collection[int]) -> list[int] | str:
    """Return keys as the parameter of `hand_over`."""
    return list(ids) if is_postgresql() else json.dumps(list(ids))


def run(sql: str, parameters: Sequence[Any]) -> set[int]:
    """Run a statement, prepared where that saves its planning; return the keys it returns."""
    if not is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return {key for (key,) in cursor.fetchall()}
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as prepared:
        prepared.execute(sql, parameters, prepare=True)
        return {key for (key,) in prepared.fetchall()}
