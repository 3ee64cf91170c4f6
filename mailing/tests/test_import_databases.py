"""Both databases take in the same: what an import did, told in words that do not depend on them."""

from io import BytesIO

from accounts.models import User
from mailing.importing import acts, jobs
from mailing.models import ImportChange, ImportStep, Recipient
from mailing.tests.factories import (
    RecipientFactory,
    RecipientListFactory,
    SuppressionFactory,
)

CONTENT = (
    "email,name,comment,city,note\n"
    "новый@пример.рф,Новый,,Тверь,\n"
    'quote@a.org,"O\'Neil ""Q"" \\ back","tab\there\nline","\\N",{{7*7}}\n'
    "known@a.org,,,Riga,added\n"
    "same@a.org,Same,,Oslo,\n"
    "nested@a.org,Nested,,Oslo,\n"
    "gone@a.org,Gone,,,\n"
    "left@a.org,Lefty,,,\n"
)


def test_what_comes_in_is_the_same_on_every_database(alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice)
    RecipientFactory.create(
        owner=alice, email="known@a.org", full_name="Known", attributes={"city": "Oslo", "n": 7}
    )
    RecipientFactory.create(
        owner=alice, email="same@a.org", full_name="Same", attributes={"city": "Oslo", "x": None}
    )
    RecipientFactory.create(
        owner=alice, email="nested@a.org", full_name="Nested", attributes={"city": ["Oslo"]}
    )
    left = RecipientFactory.create(owner=alice, email="left@a.org", full_name="Left")
    left.unsubscribe()
    SuppressionFactory.create(owner=None, email="gone@a.org", reason="bounced")
    SuppressionFactory.create(owner=alice, email="gone@a.org", reason="unsubscribed")
    work = acts.begin(alice, BytesIO(CONTENT.encode()), lists=[readers])
    jobs.work_through(work)
    acts.check(work, work.roles, work.has_header)
    jobs.work_through(work)
    expected = [work.added, work.updated, work.unchanged, work.suppressed, work.wrong]
    acts.start(work)
    jobs.work_through(work)
    counts = [work.added, work.updated, work.unchanged, work.suppressed, work.wrong]
    assert counts == expected == [3, 3, 1, 2, 0]
    rows = Recipient.objects.order_by("email").values_list("email", "full_name", "state")
    assert {email: (name, state) for email, name, state in rows} == {
        "gone@a.org": ("Gone", "unsubscribed"),
        "known@a.org": ("Known", "active"),
        "left@a.org": ("Lefty", "unsubscribed"),
        "nested@a.org": ("Nested", "active"),
        "quote@a.org": ('O\'Neil "Q" \\ back', "active"),
        "same@a.org": ("Same", "active"),
        "новый@пример.рф": ("Новый", "active"),
    }
    by_address = {row.email: row for row in Recipient.objects.all()}
    assert by_address["quote@a.org"].attributes == {"city": "\\N", "note": "{{7*7}}"}
    assert by_address["quote@a.org"].comment == "tab\there\nline"
    assert by_address["known@a.org"].attributes == {"city": "Riga", "n": 7, "note": "added"}
    assert by_address["same@a.org"].attributes == {"city": "Oslo", "x": None}
    assert by_address["nested@a.org"].attributes == {"city": "Oslo"}
    assert by_address["новый@пример.рф"].attributes == {"city": "Тверь"}
    changes = {
        change.recipient.email: (change.before, change.after)
        for change in ImportChange.objects.select_related("recipient")
    }
    assert changes["known@a.org"] == (
        {"full_name": "Known", "comment": "", "attributes": {"city": "Oslo", "n": 7}},
        {
            "full_name": "Known",
            "comment": "",
            "attributes": {"city": "Riga", "n": 7, "note": "added"},
        },
    )
    assert changes.keys() == {"known@a.org", "left@a.org", "nested@a.org"}
    (step,) = ImportStep.objects.all()
    assert sum(last - first + 1 for first, last in step.added) == 3
    assert sum(last - first + 1 for first, last in step.joined[str(readers.pk)]) == 7
    assert readers.recipients.count() == 7
