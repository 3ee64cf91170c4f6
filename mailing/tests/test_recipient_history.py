"""A recipient's page: what is known and all that has happened; and the data to download."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.importing import acts, jobs
from mailing.models import Import, ImportChange, Recipient, Suppression
from mailing.tests.factories import (
    AttemptFactory,
    DeliveryFactory,
    FinishedImportFactory,
    RecipientFactory,
    RecipientListFactory,
    SuppressionFactory,
)

Login = Callable[[User], Client]
BEGIN = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def recipient(alice: User) -> Recipient:
    """Return somebody who was added on day 0, consented on day 3.5 and was changed on day 30.5."""
    made = RecipientFactory.create(
        owner=alice,
        email="ann@example.org",
        attributes={"city": "<b>Riga"},
        lists=[RecipientListFactory.create(owner=alice, name="Readers")],
        consent_source="Form at the fair",
        consent_wording="Yes, write to me.",
        consent_at=BEGIN + timedelta(days=3.5),
    )
    Recipient.objects.filter(pk=made.pk).update(
        created_at=BEGIN, updated_at=BEGIN + timedelta(days=30.5)
    )
    made.refresh_from_db()
    return made


def write(recipient: Recipient, day: int, **fields: Any) -> Any:
    attempt = AttemptFactory.create(
        mailing__owner=recipient.owner,
        mailing__name=f"Mailing of day {day}",
        occurrence=BEGIN + timedelta(days=day),
        started_at=BEGIN + timedelta(days=day),
    )
    return DeliveryFactory.create(attempt=attempt, recipient=recipient, **fields)


def shown(response: Any) -> list[str]:
    """Return the rows of the history in short."""
    return [
        str(event.what) if event else letter.attempt.mailing.name.rpartition(" ")[2]
        for _moment, letter, event in response.context["timeline"]
    ]


def test_everything_is_in_one_line_of_time(client: Client, recipient: Recipient) -> None:
    write(recipient, 2, state="sent", smtp_code=250, smtp_reply="2.0.0 Ok <i>")
    write(recipient, 9, state="failed", reason="refused", smtp_code=550, smtp_reply="No such user")
    suppression = SuppressionFactory.create(owner=recipient.owner, email=recipient.email)
    Suppression.objects.filter(pk=suppression.pk).update(created_at=BEGIN + timedelta(days=10))
    response = client.get(recipient.get_absolute_url())
    assert shown(response) == [
        "Last changed", "Gets no more letters", "9", "Consented", "2", "Added",
    ]  # fmt: skip
    page = response.content.decode()
    for text in ("&lt;b&gt;Riga", "Readers", "550 No such user", "250 2.0.0 Ok &lt;i&gt;",
                 "Yes, write to me.", "Form at the fair", "Gets no letters since"):  # fmt: skip
        assert text in page


def test_pages_of_the_history_lose_nothing_between_them(
    client: Client, recipient: Recipient
) -> None:
    for day in range(1, 46):
        write(recipient, day)
    address = recipient.get_absolute_url()
    first = client.get(address)
    second = client.get(address, {"after": first.context["page_obj"].after})
    third = client.get(address, {"after": second.context["page_obj"].after})
    assert [len(shown(page)) for page in (first, second, third)] == [21, 20, 7]
    assert shown(first)[14:17] == ["31", "Last changed", "30"]
    assert shown(third)[-3:] == ["2", "1", "Added"]
    assert "Consented" in shown(third)
    back = client.get(address, {"before": third.context["page_obj"].before})
    assert shown(back) == shown(second)
    last = client.get(address, {"before": "end"})
    assert shown(last)[-1] == "Added"


def test_letters_to_others_are_not_in_it(client: Client, recipient: Recipient) -> None:
    write(RecipientFactory.create(owner=recipient.owner), 5)
    assert shown(client.get(recipient.get_absolute_url())) == ["Last changed", "Consented", "Added"]


def test_all_data_about_a_recipient_can_be_downloaded(client: Client, recipient: Recipient) -> None:
    write(recipient, 2, state="sent", smtp_code=250, smtp_reply="Ok", full_name="Anna")
    recipient.unsubscribe()
    response = client.get(reverse("mailing:recipient_data", args=[recipient.pk]))
    assert "attachment" in response["Content-Disposition"]
    data = json.loads(response.content)
    assert data["email"] == "ann@example.org"
    assert data["attributes"] == {"city": "<b>Riga"}
    assert data["lists"] == ["Readers"]
    assert data["consent_wording"] == "Yes, write to me."
    assert [entry["reason"] for entry in data["suppressions"]] == ["unsubscribed"]
    (letter,) = data["letters"]
    assert (letter["mailing"], letter["full_name"]) == ("Mailing of day 2", "Anna")
    assert (letter["state"], letter["smtp_reply"]) == ("sent", "Ok")


@pytest.fixture
def bring(alice: User) -> Callable[[str, str], Import]:
    """Return a function that imports text for Alice as a file of some name."""

    def run(name: str, content: str) -> Import:
        work = acts.begin(alice, BytesIO(content.encode()), file_name=name)
        jobs.work_through(work)
        acts.check(work, work.roles, work.has_header)
        acts.start_unchecked(work)
        jobs.work_through(work)
        return work

    return run


def test_imports_that_added_and_changed_a_recipient_are_told_of(
    client: Client, alice: User, bring: Callable[[str, str], Import]
) -> None:
    first = bring("readers.csv", "email,name,city,team\nann@example.org,Ann,Riga,A\n")
    bring("readers.csv", "email,name,city,team\nben@example.org,Ben,Oslo,A\n")
    second = bring("<b>new.csv", "email,name,city,team\nann@example.org,Anna,Oslo,A\n")
    bring("same.csv", "email,name\nann@example.org,Anna\n")
    ann = Recipient.objects.get(email="ann@example.org")
    response = client.get(ann.get_absolute_url())
    assert shown(response) == [
        "Changed by the import of “<b>new.csv”", "Added by the import of “readers.csv”",
    ]  # fmt: skip
    page = response.content.decode()
    assert f'<a href="{first.get_absolute_url()}">Added by the import of “readers.csv”' in page
    assert f'<a href="{second.get_absolute_url()}">Changed by the import of “&lt;b&gt;new' in page
    assert "full name, city</td>" in page
    data = client.get(reverse("mailing:recipient_data", args=[ann.pk])).json()
    (change,) = data["changes_by_imports"]
    assert (change["before"]["full_name"], change["after"]["full_name"]) == ("Ann", "Anna")
    jobs.forget_old(timezone.now() + timedelta(days=1))
    assert "Added by the import" in shown(client.get(ann.get_absolute_url()))[-1]
    Recipient.objects.filter(pk=ann.pk).update(updated_at=timezone.now() + timedelta(minutes=1))
    assert shown(client.get(ann.get_absolute_url()))[0] == "Last changed"


def test_who_was_added_by_hand_during_an_import_did_not_come_by_it(
    client: Client, alice: User, bob: User
) -> None:
    FinishedImportFactory.create(owner=bob, started_at=BEGIN, finished_at=None)
    FinishedImportFactory.create(owner=alice, file_name="b.csv", started_at=BEGIN)
    for source in ("", "import people.csv"):
        recipient = RecipientFactory.create(owner=alice, consent_source=source)
        (added,) = shown(client.get(recipient.get_absolute_url()))
        assert added == "Added"


def test_a_recipient_changed_by_a_thousand_imports_costs_the_same(
    client: Client, alice: User
) -> None:
    recipient = RecipientFactory.create(owner=alice, consent_source="import people.csv")
    nothing = {"full_name": "", "comment": "", "attributes": {}}
    counts = []
    for number in (1, 1000):
        works = Import.objects.bulk_create(
            Import(owner=alice, file_name="f", started_at=BEGIN, finished_at=BEGIN)
            for _n in range(number)
        )
        ImportChange.objects.bulk_create(
            ImportChange(of_import=work, recipient=recipient, before=nothing, after=nothing)
            for work in works
        )
        with CaptureQueriesContext(connection) as queries:
            response = client.get(recipient.get_absolute_url())
        counts.append((len(queries), len(shown(response))))
    assert counts == [(counts[0][0], 2), (counts[0][0], 51)]
