"""Large files in which nobody is known, or somebody in the middle, come in whole either way."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, connection

from accounts.models import User
from mailing.importing import acts, jobs, reading
from mailing.importing.newcomers import copy_newcomers
from mailing.importing.ranges import Ranges
from mailing.importing.staging import Prepared
from mailing.models import Import, ImportStep, Recipient, RecipientList
from mailing.tests.factories import (
    RecipientFactory,
    RecipientListFactory,
    SuppressionFactory,
)

Bring = Callable[[str], Import]
HEADINGS = "email,name,comment,city"
PLAIN = [f"r{n}@a.org,Reader {n},,Riga" for n in range(30)]


@pytest.fixture
def readers(alice: User) -> RecipientList:
    return RecipientListFactory.create(owner=alice, name="Readers")


@pytest.fixture
def bring(alice: User, readers: RecipientList, monkeypatch: pytest.MonkeyPatch) -> Bring:
    """Return a function that imports text in batches of a few rows."""
    monkeypatch.setattr(reading.blocks, "__defaults__", (128,))

    def run(content: str) -> Import:
        work = acts.begin(alice, BytesIO(content.encode()), lists=[readers])
        jobs.work_through(work)
        acts.check(work, work.roles, work.has_header)
        jobs.work_through(work)
        acts.start(work)
        jobs.work_through(work)
        assert work.status == "finished", work.error
        return work

    return run


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were copied straight into the table."""
    found: list[str] = []

    def noting(cursor: Any, batch: Prepared, *rest: Any) -> Ranges:
        keys = copy_newcomers(cursor, batch, *rest)
        found.extend(person[0] for person in batch.people)
        return keys

    monkeypatch.setattr("mailing.importing.saving.copy_newcomers", noting)
    return found


def text(*rows: str) -> str:
    return "\n".join([HEADINGS, *rows]) + "\n"


def added_keys() -> list[int]:
    ranges = [each for step in ImportStep.objects.all() for each in step.added]
    return sorted(key for first, last in ranges for key in range(first, last + 1))


def test_cells_of_any_kind_come_in_behind_plain_ones(bring: Bring, copied: list[str]) -> None:
    odd = (
        'O@A.org,"O\'Neil ""Q"" \\ back","tab\there\nline","\\N"',
        "новый@пример.рф,Новый,\\.,Тверь",
        "bare@a.org,,,",
    )
    work = bring(text(*PLAIN, *odd, *[row.replace("r", "s", 1) for row in PLAIN]))
    assert (work.added, work.wrong, work.total) == (63, 0, 63)
    by_address = {row.email: row for row in Recipient.objects.all()}
    assert by_address["o@a.org"].full_name == 'O\'Neil "Q" \\ back'
    assert by_address["o@a.org"].comment == "tab\there\nline"
    assert by_address["o@a.org"].attributes == {"city": "\\N"}
    assert by_address["новый@пример.рф"].comment == "\\."
    assert by_address["bare@a.org"].attributes == {}
    first = by_address["r0@a.org"]
    for row in by_address.values():
        assert (row.state, row.consent_source, row.consent_wording) == ("active", "import", "")
        assert (row.consent_ip, row.consent_at) == (first.consent_ip, first.consent_at)
        assert row.created_at == row.updated_at
    if connection.vendor == "postgresql":
        assert {"o@a.org", "новый@пример.рф", "bare@a.org", "s29@a.org"} <= set(copied)
    else:
        assert not copied


def test_what_was_added_is_noted_and_can_be_undone(bring: Bring, readers: RecipientList) -> None:
    work = bring(text(*PLAIN))
    assert added_keys() == sorted(Recipient.objects.values_list("pk", flat=True))
    assert readers.recipients.count() == 30
    acts.undo(work)
    jobs.work_through(work)
    assert work.removed == work.taken_off == 30
    assert not Recipient.objects.exists()


def test_keys_that_others_take_meanwhile_are_left_to_them(
    bring: Bring, readers: RecipientList
) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # as if somebody took every other one
            cursor.execute("ALTER TABLE mailing_recipient ALTER COLUMN id SET INCREMENT BY 2")
    bring(text(*PLAIN))
    assert added_keys() == sorted(Recipient.objects.values_list("pk", flat=True))
    assert readers.recipients.count() == 30


def test_opt_outs_stay_among_newcomers(bring: Bring, alice: User, bob: User) -> None:
    SuppressionFactory.create(owner=None, email="r25@a.org", reason="bounced")
    SuppressionFactory.create(owner=alice, email="r25@a.org", reason="complained")
    SuppressionFactory.create(owner=alice, email="r26@a.org", reason="unsubscribed")
    SuppressionFactory.create(owner=alice, email="r27@a.org", reason="manual")
    SuppressionFactory.create(owner=bob, email="r28@a.org", reason="unsubscribed")
    work = bring(text(*PLAIN))
    assert (work.added, work.suppressed) == (30, 3)
    states = dict(Recipient.objects.exclude(state="active").values_list("email", "state"))
    assert states == {"r25@a.org": "complained", "r26@a.org": "unsubscribed"}


def test_somebody_known_in_the_middle_is_changed_and_nobody_lost(
    bring: Bring, alice: User, copied: list[str], readers: RecipientList
) -> None:
    known = RecipientFactory.create(
        owner=alice, email="r20@a.org", full_name="Known", attributes={"n": 7}
    )
    work = bring(text(*PLAIN, *[row.replace("r", "s", 1) for row in PLAIN]))
    assert (work.added, work.updated, work.unchanged, work.total) == (59, 1, 0, 60)
    assert Recipient.objects.count() == readers.recipients.count() == 60
    assert added_keys() == sorted(
        Recipient.objects.exclude(pk=known.pk).values_list("pk", flat=True)
    )
    known.refresh_from_db()
    assert (known.full_name, known.attributes) == ("Reader 20", {"n": 7, "city": "Riga"})
    if connection.vendor == "postgresql":
        assert "r20@a.org" not in copied
        assert {"r10@a.org", "s29@a.org"} <= set(copied)


def test_nothing_is_copied_while_everybody_is_known(bring: Bring, copied: list[str]) -> None:
    bring(text(*PLAIN))
    copied.clear()
    assert bring(text(*PLAIN)).unchanged == 30
    assert not copied


def test_an_address_in_capitals_is_refused_by_the_database(alice: User) -> None:
    with pytest.raises(IntegrityError, match="recipient_email_lower"):
        Recipient.objects.bulk_create([Recipient(owner=alice, email="Ann@a.org")])
