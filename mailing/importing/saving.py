"""Saving the people of a file as recipients, set by set; a check counts the same and saves nothing.

What joins the batch with all recipients of its owner is hashed: without fresh statistics, which
there are none of while an import runs, PostgreSQL would compare each with every other one.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mailing.importing.newcomers import (
    STATES,
    WEIGHT,
    copy_newcomers,
    put_on_list,
    reasons_against,
)
from mailing.importing.ranges import Ranges, ranges_of, size
from mailing.importing.result import Counts
from mailing.importing.staging import TABLE, Prepared, stage
from mailing.joins import hash_joins
from mailing.models import (
    Import,
    ImportChange,
    ImportStep,
    Recipient,
    RecipientList,
    Suppression,
)

_RECIPIENTS = Recipient._meta.db_table
_KNOWN = f"{TABLE} s JOIN {_RECIPIENTS} r ON r.owner_id = %s AND r.email = s.email"
_OWN = {"id", "email", "full_name", "comment", "attributes", "state"}
_NEW_NAME = "CASE WHEN s.full_name = '' THEN r.full_name ELSE s.full_name END"
_NEW_COMMENT = "CASE WHEN s.comment = '' THEN r.comment ELSE s.comment END"


#: Counts, the keys of new recipients, and those who came on each list.
Saved = tuple[Counts, Ranges, dict[str, Ranges]]


class Store:
    """Saves people as recipients of the owner of an import; each batch within a transaction."""

    def __init__(self, work: Import, lists: Iterable[RecipientList]) -> None:
        self.work, self.owner = work, work.owner_id
        self.lists = [chosen.pk for chosen in lists]
        self.stage = stage()
        self.differs = (
            "((s.full_name <> '' AND s.full_name <> r.full_name)"
            " OR (s.comment <> '' AND s.comment <> r.comment)"
            f" OR {self.stage.adds_attributes})"
        )
        #: Whether so far everybody was new, who is then expected to be again.
        self.all_new = work.added > 0 and not (work.updated or work.unchanged)

    def check(self, batch: Prepared) -> Counts:
        """Return what saving would do."""
        with connection.cursor() as cursor:
            self.stage.begin(cursor, batch)
            self._find_suppressed(cursor)
            self._execute_hashed(
                cursor,
                "SELECT count(*), coalesce(sum(CASE WHEN "  # noqa: S608
                f"{self.differs} THEN 1 ELSE 0 END), 0) FROM {_KNOWN}",
                [self.owner],
            )
            known, changed = cursor.fetchone()
            total = len(batch.people)
            counts = self._counts(cursor, total, total - known, changed)
            self.stage.end(cursor)
        return counts

    def save(self, batch: Prepared) -> Counts:
        """Add or change recipients, put them on the lists, and note what was done."""
        now = timezone.now()
        with connection.cursor() as cursor:
            counts, added, joined = self._add(cursor, batch, now) or self._merge(cursor, batch, now)
        self.all_new = counts.added == counts.total
        if added or any(joined.values()):
            ImportStep.objects.create(of_import=self.work, added=added, joined=joined, at=now)
        return counts

    def _add(self, cursor: Any, batch: Prepared, now: datetime) -> Saved | None:
        """Add people as if none were known; when that is wrong, change nothing."""
        if not (self.all_new and self.stage.copies_newcomers):
            return None
        reasons = reasons_against(cursor, self.owner, batch.people)
        try:
            with transaction.atomic():
                added = copy_newcomers(cursor, batch, reasons, self._fixed_values(now))
        except IntegrityError:
            return None
        for list_key in self.lists:
            put_on_list(cursor, added, list_key)
        total = size(added)
        counts = Counts(total, suppressed=len(reasons), total=total)
        return counts, added, {str(key): added for key in self.lists}

    def _merge(self, cursor: Any, batch: Prepared, now: datetime) -> Saved:
        total = len(batch.people)
        self.stage.begin(cursor, batch)
        self._find_suppressed(cursor)
        added = self._insert(cursor, now)
        changed = self._change(cursor, now) if len(added) < total else 0
        joined = {str(key): ranges_of(self._join(cursor, key)) for key in self.lists}
        counts = self._counts(cursor, total, len(added), changed)
        self.stage.end(cursor)
        return counts, ranges_of(added), joined

    def _execute_hashed(self, cursor: Any, sql: str, parameters: list[Any]) -> None:
        with hash_joins():
            cursor.execute(sql, parameters)

    def _find_suppressed(self, cursor: Any) -> None:
        if not Suppression.objects.for_owner(self.owner).exists():
            return
        order = " ".join(f"WHEN '{reason}' THEN {n}" for n, reason in enumerate(WEIGHT))
        cursor.execute(
            f"UPDATE {TABLE} SET reason = coalesce((SELECT x.reason"  # noqa: S608
            f" FROM {Suppression._meta.db_table} x WHERE x.email = {TABLE}.email"
            " AND (x.owner_id = %s OR x.owner_id IS NULL)"
            f" ORDER BY CASE x.reason {order} END LIMIT 1), '')",
            [self.owner],
        )

    def _insert(self, cursor: Any, now: datetime) -> list[int]:
        """Add those who are new, also to somebody who adds them at this moment."""
        states = " ".join(f"WHEN '{reason}' THEN '{state}'" for reason, state in STATES.items())
        columns = {
            "email": "s.email",
            "full_name": "s.full_name",
            "comment": "s.comment",
            "attributes": "s.attributes",
            "state": f"CASE s.reason {states} ELSE '{Recipient.State.ACTIVE}' END",
        }
        fixed = self._fixed_values(now)
        names = ", ".join(map(connection.ops.quote_name, [*columns, *fixed]))
        places = ", ".join([*columns.values(), *["%s"] * len(fixed)])
        cursor.execute(
            f"INSERT INTO {_RECIPIENTS} ({names}) SELECT {places} FROM {TABLE} s"  # noqa: S608
            " WHERE true ORDER BY s.email ON CONFLICT DO NOTHING RETURNING id",
            list(fixed.values()),
        )
        return [key for (key,) in cursor.fetchall()]

    def _fixed_values(self, now: datetime) -> dict[str, Any]:
        """Return the values in which all new recipients are alike."""
        given = {
            "owner_id": self.owner,
            "consent_source": self.work.source,
            "created_at": now,
            "updated_at": now,
        }
        fields: list[Any] = [f for f in Recipient._meta.concrete_fields if f.column not in _OWN]
        values = {
            field.column: field.get_db_prep_save(
                given.get(field.column, field.get_default()), connection
            )
            for field in fields
        }
        return {column: value for column, value in values.items() if value is not None}

    def _change(self, cursor: Any, now: datetime) -> int:
        """Fill in what the file says of those who are known, and keep what was there before."""
        table = connection.ops.quote_name(ImportChange._meta.db_table)
        self._execute_hashed(
            cursor,
            f"UPDATE {TABLE} SET recipient_id = found.id FROM"  # noqa: S608
            f" (SELECT r.id, s.email FROM {_KNOWN} WHERE {self.differs}) found"
            f" WHERE {TABLE}.email = found.email",
            [self.owner],
        )
        # locked, so that nobody deletes or changes one between what is noted and what is written
        cursor.execute(
            f"SELECT r.id FROM {_RECIPIENTS} r WHERE r.id IN"  # noqa: S608
            f" (SELECT recipient_id FROM {TABLE}) ORDER BY r.id {self.stage.locked}"
        )
        if not cursor.fetchall():
            return 0
        changing = f"{TABLE} s, {_RECIPIENTS} r WHERE r.id = s.recipient_id AND {self.differs}"
        before = self.stage.pair.format("r.full_name", "r.comment", "r.attributes")
        after = self.stage.pair.format(_NEW_NAME, _NEW_COMMENT, self.stage.merged)
        cursor.execute(
            f"INSERT INTO {table} (of_import_id, recipient_id, before, after)"  # noqa: S608
            f" SELECT %s, r.id, {before}, {after} FROM {changing}",
            [self.work.pk],
        )
        changed = int(cursor.rowcount)
        cursor.execute(
            f"UPDATE {_RECIPIENTS} AS r SET full_name = {_NEW_NAME},"  # noqa: S608
            f" comment = {_NEW_COMMENT}, attributes = {self.stage.merged}, updated_at = %s"
            f" FROM {TABLE} s WHERE r.id = s.recipient_id AND {self.differs}",
            [now],
        )
        return changed

    def _join(self, cursor: Any, list_key: int) -> list[int]:
        """Put everybody of the batch on a list; return those who were not on it."""
        table = Recipient.lists.through._meta.db_table
        self._execute_hashed(
            cursor,
            f"INSERT INTO {table} (recipient_id, recipientlist_id)"  # noqa: S608
            f" SELECT r.id, %s FROM {_KNOWN} WHERE true ORDER BY r.id"
            " ON CONFLICT DO NOTHING RETURNING recipient_id",
            [list_key, self.owner],
        )
        return [key for (key,) in cursor.fetchall()]

    def _counts(self, cursor: Any, total: int, added: int, updated: int) -> Counts:
        cursor.execute(f"SELECT count(*) FROM {TABLE} WHERE reason <> ''")  # noqa: S608
        (suppressed,) = cursor.fetchone()
        if added < total:
            self._execute_hashed(
                cursor,
                f"SELECT count(*) FROM {_KNOWN} WHERE s.reason = ''"  # noqa: S608
                f" AND r.state <> '{Recipient.State.ACTIVE}'",
                [self.owner],
            )
            suppressed += cursor.fetchone()[0]
        return Counts(added, updated, total - added - updated, suppressed, 0, total)
