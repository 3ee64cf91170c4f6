"""Adding people none of whom is known yet: copied straight into the table of recipients.

Only PostgreSQL does this. It costs half of what comparing them with the known ones costs.
"""

from typing import Any

from django.db import connection

from mailing.importing.ranges import Ranges, keys_in
from mailing.importing.rows import Person
from mailing.importing.staging import SETTINGS, Prepared, escaped
from mailing.models import Recipient, Suppression

#: The state of a new recipient whose address is suppressed: an opt-out stays one.
STATES: dict[str, str] = {
    Suppression.Reason.UNSUBSCRIBED: Recipient.State.UNSUBSCRIBED,
    Suppression.Reason.BOUNCED: Recipient.State.BOUNCED,
    Suppression.Reason.COMPLAINED: Recipient.State.COMPLAINED,
}
#: Of several suppressions of an address the first of these is the one that counts.
WEIGHT = (
    Suppression.Reason.COMPLAINED,
    Suppression.Reason.UNSUBSCRIBED,
    Suppression.Reason.BOUNCED,
    Suppression.Reason.MANUAL,
)
_TABLE = Recipient._meta.db_table
_CELLS = "id, email, full_name, comment, attributes, state"


def copy_newcomers(
    cursor: Any, batch: Prepared, reasons: dict[str, str], fixed: dict[str, Any]
) -> Ranges:
    """Add people and return their keys; `reasons` are those of suppressed addresses.

    `fixed` holds the columns in which they are alike. Raises IntegrityError when somebody among
    them is known, or is being added by somebody else at this moment.
    """
    cursor.execute(SETTINGS)
    keys = _new_keys(cursor, len(batch.lines))
    rest = "".join(f"\t{escaped(str(value))}" for value in fixed.values())
    active = f"\t{Recipient.State.ACTIVE}{rest}"
    lines = zip(keys_in(keys), batch.lines, strict=True)
    rows = [f"{key}\t{line}{active}" for key, line in lines]
    if reasons:
        for place, (email, *_rest) in enumerate(batch.people):
            if email in reasons:
                state = STATES.get(reasons[email], Recipient.State.ACTIVE)
                rows[place] = rows[place].removesuffix(active) + f"\t{state}{rest}"
    names = ", ".join(map(connection.ops.quote_name, fixed))
    _copy(cursor, f"COPY {_TABLE} ({_CELLS}, {names}) FROM STDIN", rows)
    return keys


def put_on_list(cursor: Any, keys: Ranges, list_key: int) -> None:
    """Put recipients who are on no list yet on this one."""
    table = Recipient.lists.through._meta.db_table
    rows = [f"{key}\t{list_key}" for key in keys_in(keys)]
    _copy(cursor, f"COPY {table} (recipient_id, recipientlist_id) FROM STDIN", rows)


def reasons_against(cursor: Any, owner: int, people: list[Person]) -> dict[str, str]:
    """Return why `owner` may not write to those among `people` who are suppressed."""
    if not Suppression.objects.for_owner(owner).exists():
        return {}
    cursor.execute(
        f"SELECT email, reason FROM {Suppression._meta.db_table}"  # noqa: S608
        " WHERE email = ANY(%s) AND (owner_id = %s OR owner_id IS NULL)",
        [[person[0] for person in people], owner],
    )
    found = sorted(cursor.fetchall(), key=lambda row: WEIGHT.index(row[1]), reverse=True)
    return dict(found)


def _new_keys(cursor: Any, number: int) -> Ranges:
    """Take new keys, which follow each other but where somebody else takes some meanwhile."""
    cursor.execute(
        "SELECT min(key), max(key) FROM"
        " (SELECT key, key - row_number() OVER (ORDER BY key) AS distance FROM"
        " (SELECT nextval(found.sequence) AS key FROM"
        " (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence OFFSET 0) found,"
        " generate_series(1, %s)) taken) placed GROUP BY distance ORDER BY 1",
        [_TABLE, number],
    )
    return [[first, last] for first, last in cursor.fetchall()]


def _copy(cursor: Any, sql: str, rows: list[str]) -> None:
    with connection.wrap_database_errors, cursor.copy(sql) as copy:
        copy.write("\n".join(rows) + "\n")
