"""Adding people none of whom is known yet: copied straight into the table of recipients.

Only PostgreSQL does this. It costs half of what comparing them with the known ones costs.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from mailing.importing.rows import Person
from mailing.importing.staging import SETTINGS, copy_lines, escaped
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
    cursor: Any, people: list[Person], reasons: dict[str, str], fixed: dict[str, Any]
) -> list[int]:
    """Add people and return their keys; `reasons` are those of suppressed addresses.

    `fixed` holds the columns in which they are alike. Raises IntegrityError when somebody among
    them is known, or is being added by somebody else at this moment.
    """
    cursor.execute(SETTINGS)
    keys = _new_keys(cursor, len(people))
    rest = "".join(f"\t{escaped(str(value))}" for value in fixed.values())
    active = f"\t{Recipient.State.ACTIVE}{rest}"
    rows = [f"{key}\t{line}{active}" for key, line in zip(keys, copy_lines(people), strict=True)]
    if reasons:
        for place, (email, *_rest) in enumerate(people):
            if email in reasons:
                state = STATES.get(reasons[email], Recipient.State.ACTIVE)
                rows[place] = rows[place].removesuffix(active) + f"\t{state}{rest}"
    names = ", ".join(map(connection.ops.quote_name, fixed))
    _copy(cursor, f"COPY {_TABLE} ({_CELLS}, {names}) FROM STDIN", rows)
    return keys


def put_on_list(cursor: Any, keys: Iterable[int], list_key: int) -> None:
    """Put recipients who are on no list yet on this one."""
    table = Recipient.lists.through._meta.db_table
    rows = [f"{key}\t{list_key}" for key in keys]
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


def _new_keys(cursor: Any, number: int) -> list[int]:
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        [_TABLE, number],
    )
    return [key for (key,) in cursor.fetchall()]


def _copy(cursor: Any, sql: str, rows: list[str]) -> None:
    with connection.wrap_database_errors, cursor.copy(sql) as copy:
        copy.write("\n".join(rows) + "\n")
