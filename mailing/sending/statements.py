"""The statements that a sender repeats for every commit, as PostgreSQL and SQLite want them."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import psycopg
from django.db import connection

from mailing.models import Delivery

TABLE = Delivery._meta.db_table


class Dialect(NamedTuple):
    """Where the two differ."""

    lock: str
    records: str
    among: str


POSTGRESQL = Dialect(
    lock="FOR UPDATE SKIP LOCKED",
    records="""jsonb_to_recordset(%s::jsonb) AS r(
        id bigint, state text, reason text, smtp_code smallint, smtp_reply text, tried smallint,
        next_try_at timestamptz, finished_at timestamptz)""",
    among="= ANY(%s)",
)
SQLITE = Dialect(
    lock="",  # one transaction writes at a time
    records="""(SELECT json_extract(value, '$.id') AS id, json_extract(value, '$.state') AS state,
        json_extract(value, '$.reason') AS reason, json_extract(value, '$.smtp_code') AS smtp_code,
        json_extract(value, '$.smtp_reply') AS smtp_reply, json_extract(value, '$.tried') AS tried,
        json_extract(value, '$.next_try_at') AS next_try_at,
        json_extract(value, '$.finished_at') AS finished_at FROM json_each(%s)) AS r""",
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
    """Parameters: records (see `as_json`), token; returns keys."""
    return f"""
        UPDATE {TABLE} SET state = r.state, reason = r.reason, smtp_code = r.smtp_code,
            smtp_reply = r.smtp_reply, tries = tries + r.tried, next_try_at = r.next_try_at,
            finished_at = r.finished_at, token = NULL
        FROM {dialect().records} WHERE {TABLE}.id = r.id AND token = %s
            AND {TABLE}.state IN ('claimed', 'handed_over')
        RETURNING {TABLE}.id"""  # noqa: S608


def hand_over(allowed: str) -> str:
    """Parameters: now, tail of the Message-ID, token, those of `allowed`, keys; returns keys."""
    wanted = f"{allowed} AND {TABLE}.id {dialect().among}"
    return f"""
        UPDATE {TABLE} SET state = 'handed_over', handed_over_at = %s,
            message_id = CAST(id AS text) || %s
        WHERE token = %s AND state = 'claimed' AND id IN ({wanted})
        RETURNING id"""  # noqa: S608


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
