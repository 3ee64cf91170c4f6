"""Undoing an import: what it did is taken back, what others did since is not."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from accounts.models import User
from mailing.importing import acts, jobs, undoing
from mailing.importing.ranges import ranges_of, take
from mailing.models import Import, ImportChange, ImportStep, Recipient, RecipientList, Suppression
from mailing.tests.factories import (
    DeliveryFactory,
    RecipientFactory,
    RecipientListFactory,
    SuppressionFactory,
)

Bring = Callable[..., Import]
HEADER = "email,name,comment,city,team\n"


@pytest.fixture
def bring(alice: User) -> Bring:
    """Return a function that imports text for Alice."""

    def run(content: str, lists: tuple[RecipientList, ...] = ()) -> Import:
        work = acts.begin(alice, BytesIO(content.encode()), lists=lists)
        jobs.work_through(work)
        acts.check(work, work.roles, work.has_header)
        acts.start_unchecked(work)
        jobs.work_through(work)
        assert work.status == "finished"
        return work

    return run


def undone(work: Import) -> Import:
    assert acts.undo(work)
    jobs.work_through(work)
    assert work.status == "undone"
    return work


def everything() -> list[dict[str, object]]:
    rows = Recipient.objects.order_by("pk").values()
    return [{**row, "updated_at": None} for row in rows]


def kept(work: Import) -> dict[str, str]:
    return {row.address: row.reason for row in work.rows.filter(kind="kept")}


def test_an_import_without_events_leaves_no_trace(bring: Bring, alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice)
    known = RecipientFactory.create(
        owner=alice, email="ann@example.org", full_name="Ann", attributes={"city": "Oslo", "n": 7}
    )
    on_it = RecipientFactory.create(owner=alice, email="old@example.org", lists=[readers])
    before = everything()
    work = bring(
        f"{HEADER}ann@example.org,Anna,Hi,Riga,A\nold@example.org,,,,\nben@example.org,Ben,,,\n",
        (readers,),
    )
    assert readers.recipients.count() == 3
    undone(work)
    assert everything() == before
    assert list(readers.recipients.all()) == [on_it]
    assert (work.removed, work.restored, work.taken_off, work.kept) == (1, 1, 2, 0)
    known.refresh_from_db()
    assert known.attributes == {"city": "Oslo", "n": 7}
    assert not ImportStep.objects.exists()
    assert not ImportChange.objects.exists()


def test_who_was_written_to_or_changed_since_stays(bring: Bring, alice: User) -> None:
    work = bring("email\nsent@a.org\nedited@a.org\nlisted@a.org\ndry@a.org\nplain@a.org\n")
    by_name = {row.email.split("@")[0]: row for row in Recipient.objects.all()}
    DeliveryFactory.create(recipient=by_name["sent"], attempt__mailing__owner=alice)
    DeliveryFactory.create(
        recipient=by_name["dry"], attempt__mailing__owner=alice, attempt__dry_run=True
    )
    by_name["edited"].full_name = "Edited"
    by_name["edited"].save()
    by_name["listed"].lists.add(RecipientListFactory.create(owner=alice))
    undone(work)
    assert set(Recipient.objects.values_list("email", flat=True)) == {
        "sent@a.org",
        "edited@a.org",
        "listed@a.org",
    }
    assert (work.removed, work.kept) == (2, 3)
    assert kept(work) == {
        "sent@a.org": "Letters have been sent to this address.",
        "edited@a.org": "It was changed after the import.",
        "listed@a.org": "It was changed after the import.",
    }


def test_values_changed_again_stay_and_the_others_go_back(bring: Bring, alice: User) -> None:
    ann = RecipientFactory.create(
        owner=alice, email="ann@a.org", full_name="Ann", attributes={"city": "Oslo"}
    )
    work = bring(f"{HEADER}ann@a.org,Anna,Hi,Riga,A\n")
    ann.refresh_from_db()
    ann.full_name, ann.attributes = "Annie", {**ann.attributes, "team": "B"}
    ann.save()
    undone(work)
    ann.refresh_from_db()
    assert (ann.full_name, ann.comment) == ("Annie", "")
    assert ann.attributes == {"city": "Oslo", "team": "B"}
    assert (work.restored, work.kept) == (1, 1)
    assert kept(work) == {"ann@a.org": "It was changed again after the import."}


def test_a_later_import_of_the_same_recipients_is_respected(bring: Bring) -> None:
    first = bring("email,name\nann@a.org,Ann\nben@a.org,Ben\n")
    bring("email,name\nann@a.org,Anna\n")
    undone(first)
    assert list(Recipient.objects.values_list("email", "full_name")) == [("ann@a.org", "Anna")]


def test_no_opt_out_is_revived_by_import_or_undo(bring: Bring, alice: User) -> None:
    SuppressionFactory.create(owner=alice, email="gone@a.org", reason="unsubscribed")
    left = RecipientFactory.create(owner=alice, email="left@a.org", full_name="Left")
    work = bring("email,name\ngone@a.org,Gone\nleft@a.org,Lefty\nnew@a.org,New\n")
    left.unsubscribe()
    Recipient.objects.get(email="new@a.org").unsubscribe()
    undone(work)
    left.refresh_from_db()
    assert (left.state, left.full_name) == ("unsubscribed", "Left")
    assert set(Suppression.objects.values_list("email", flat=True)) == {
        "gone@a.org",
        "left@a.org",
        "new@a.org",
    }
    work = bring("email\ngone@a.org\nnew@a.org\n")
    states = Recipient.objects.exclude(pk=left.pk).values_list("state", flat=True)
    assert set(states) == {"unsubscribed"}


def test_undoing_goes_on_after_each_turn_and_counts_nothing_twice(
    bring: Bring, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "BATCH", 3)
    readers = RecipientListFactory.create(owner=alice)
    known = [
        RecipientFactory.create(owner=alice, email=f"r{n}@a.org", full_name="Old") for n in range(7)
    ]
    rows = "".join(f"r{n}@a.org,New\n" for n in range(20))
    work = bring(f"email,name\n{rows}", (readers,))
    acts.undo(work)
    turns = 0
    while work.is_busy:
        jobs.take_turn(work.pk, 0)
        work.refresh_from_db()
        turns += 1
    assert turns > 5
    assert (work.removed, work.restored, work.taken_off) == (13, 7, 20)
    assert work.percent == 100
    assert {row.pk for row in Recipient.objects.filter(full_name="Old")} == {r.pk for r in known}
    assert Recipient.objects.count() == 7


def test_what_a_stopped_import_brought_can_be_undone(bring: Bring, alice: User) -> None:
    work = bring("email\nann@a.org\n")
    Import.objects.filter(pk=work.pk).update(status="running")
    work.refresh_from_db()
    assert acts.cancel(work)
    assert undone(work).removed == 1


def test_an_import_is_undone_once_and_not_before_it_is_over(bring: Bring) -> None:
    work = bring("email\nann@a.org\n")
    Import.objects.filter(pk=work.pk).update(status="running")
    work.refresh_from_db()
    assert not acts.undo(work)
    Import.objects.filter(pk=work.pk).update(status="finished")
    work.refresh_from_db()
    undone(work)
    assert not acts.undo(work)


def test_what_is_needed_to_undo_is_forgotten_in_time(bring: Bring) -> None:
    work = bring("email\nann@a.org\nnobody\n")
    month_ago = timezone.now() - timedelta(days=31)
    Import.objects.filter(pk=work.pk).update(finished_at=month_ago)
    jobs.tick()
    work.refresh_from_db()
    assert not work.may_undo
    assert not work.rows.exists()
    assert not work.steps.exists()
    assert (work.added, work.wrong) == (1, 1)
    assert Recipient.objects.count() == 1


def test_keys_are_kept_as_ranges_and_taken_some_at_a_time() -> None:
    ranges = ranges_of([5, 1, 2, 3, 9, 10])
    assert ranges == [[1, 3], [5, 5], [9, 10]]
    assert take(ranges, 2) == ([1, 2], [[3, 3], [5, 5], [9, 10]])
    assert take(ranges, 4) == ([1, 2, 3, 5], [[9, 10]])
    assert take(ranges, 100) == ([1, 2, 3, 5, 9, 10], [])
