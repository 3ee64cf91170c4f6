"""A list page costs the same however many rows there are."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.models import (
    Attempt,
    Delivery,
    Figure,
    Import,
    ImportRow,
    Mailing,
    Message,
    MessageVersion,
    OwnerFigures,
    Picture,
    Recipient,
    RecipientList,
    Segment,
    Suppression,
    TrialLetter,
)
from mailing.tests.factories import (
    AttemptFactory,
    FinishedImportFactory,
    MailingFactory,
    MessageFactory,
    RecipientListFactory,
    SegmentFactory,
)

Login = Callable[[User], Client]
Fill = Callable[[User, range], object]
MOMENT = datetime(2030, 1, 1, tzinfo=UTC)

#: Who is logged in costs the session, the user, the groups and twice the permissions.
LOGIN = 5


def fill_recipients(owner: User, numbers: range) -> None:
    """Add recipients, each on the owner's first list."""
    rows = Recipient.objects.bulk_create(
        Recipient(owner=owner, email=f"r{n}@example.org") for n in numbers
    )
    on_list = Recipient.lists.through
    first = RecipientList.objects.filter(owner=owner).first() or RecipientListFactory.create(
        owner=owner
    )
    on_list.objects.bulk_create(on_list(recipient=row, recipientlist=first) for row in rows)


def fill_lists(owner: User, numbers: range) -> None:
    RecipientList.objects.bulk_create(RecipientList(owner=owner, name=f"L{n}") for n in numbers)


def fill_segments(owner: User, numbers: range) -> None:
    rules = SegmentFactory.build().rules
    Segment.objects.bulk_create(Segment(owner=owner, name=f"S{n}", rules=rules) for n in numbers)


def fill_imports(owner: User, numbers: range) -> None:
    Import.objects.bulk_create(Import(owner=owner, file_name=f"F{n}.csv") for n in numbers)


def fill_import(owner: User, numbers: range) -> None:
    work = Import.objects.filter(owner=owner).first() or FinishedImportFactory.create(owner=owner)
    Import.objects.filter(pk=work.pk).update(wrong=F("wrong") + len(numbers))
    ImportRow.objects.bulk_create(ImportRow(of_import=work, line=n, reason="R") for n in numbers)


def fill_messages(owner: User, numbers: range) -> None:
    Message.objects.bulk_create(Message(owner=owner, name=f"M{n}", subject="S") for n in numbers)


def fill_versions(owner: User, numbers: range) -> None:
    message = Message.objects.filter(owner=owner).first() or MessageFactory.create(owner=owner)
    MessageVersion.objects.bulk_create(
        MessageVersion(message=message, name=f"M{n}", subject="S") for n in numbers
    )
    TrialLetter.objects.bulk_create(
        TrialLetter(owner=owner, message=message, email=owner.email) for _n in numbers
    )
    fill_recipients(owner, numbers)
    Mailing.objects.bulk_create(
        Mailing(owner=owner, name=f"M{n}", message=message, starts_at=MOMENT) for n in numbers
    )


def fill_pictures(owner: User, numbers: range) -> None:
    Picture.objects.bulk_create(
        Picture(owner=owner, file=f"letters/{n}.jpg", alt="A", width=1, height=1, size=1)
        for n in numbers
    )


def fill_suppressions(owner: User, numbers: range) -> None:
    Suppression.objects.bulk_create(
        Suppression(owner=owner, email=f"s{n}@example.org") for n in numbers
    )


def fill_mailings(owner: User, numbers: range) -> None:
    message = Message.objects.filter(owner=owner).first() or MessageFactory.create(owner=owner)
    Mailing.objects.bulk_create(
        Mailing(owner=owner, name=f"M{n}", message=message, starts_at=MOMENT) for n in numbers
    )


def fill_attempts(owner: User, numbers: range) -> None:
    mailing = Mailing.objects.filter(owner=owner).first() or MailingFactory.create(owner=owner)
    Attempt.objects.bulk_create(
        Attempt(
            mailing=mailing,
            occurrence=MOMENT.replace(microsecond=n),
            status="success",
            give_up_at=MOMENT,
        )
        for n in numbers
    )


def fill_deliveries(owner: User, numbers: range) -> None:
    attempt = Attempt.objects.filter(mailing__owner=owner).first() or AttemptFactory.create(
        mailing__owner=owner
    )
    fill_recipients(owner, numbers)
    recipients = {row.email: row for row in Recipient.objects.filter(owner=owner)}
    emails = [f"r{n}@example.org" for n in numbers]
    Delivery.objects.bulk_create(
        Delivery(attempt=attempt, email=email, recipient=recipients[email]) for email in emails
    )


def fill_figures(owner: User, numbers: range) -> None:
    """Add attempts with letters that a report is made of, anew each time."""
    fill_attempts(owner, numbers)
    attempts = Attempt.objects.filter(mailing__owner=owner)
    now = timezone.now()
    Figure.objects.bulk_create(
        Figure(
            owner=owner,
            mailing_id=attempt.mailing_id,
            attempt=attempt,
            quarter=now,
            state="failed",
            smtp_code=500 + attempt.pk % 100,
            letters=1,
        )
        for attempt in attempts.filter(figures=None)
    )
    OwnerFigures.objects.update_or_create(owner=owner, defaults={"changed_at": now})


def page_of(model: Any, **query: Any) -> Callable[[User], str]:
    def address(owner: User) -> str:
        return str(
            model.objects.filter(**{query["owner"]: owner}).earliest("pk").get_absolute_url()
        )

    return address


def page_named(name: str) -> Callable[[User], str]:
    return lambda owner: reverse(f"mailing:{name}")


def page_of_message(name: str) -> Callable[[User], str]:
    def address(owner: User) -> str:
        return reverse(f"mailing:{name}", args=[Message.objects.get(owner=owner).pk])

    return address


#: For each page: how it is filled, its address, and its queries after those of the login.
PAGES: dict[str, tuple[Fill, Callable[[User], str], int]] = {
    "recipients": (fill_recipients, page_named("recipients"), 6),
    "lists": (fill_lists, page_named("lists"), 2),
    "segments": (fill_segments, page_named("segments"), 2),
    "a segment": (fill_segments, page_of(Segment, owner="owner"), 3),
    "imports": (fill_imports, page_named("imports"), 2),
    "an import": (fill_import, page_of(Import, owner="owner"), 4),
    "messages": (fill_messages, page_named("messages"), 2),
    "a message": (fill_versions, page_of(Message, owner="owner"), 5),
    "writing a message": (fill_versions, page_of_message("message_edit"), 3),
    "versions of a message": (fill_versions, page_of_message("message_versions"), 3),
    "pictures": (fill_pictures, page_named("pictures"), 2),
    "suppressions": (fill_suppressions, page_named("suppressions"), 2),
    "mailings": (fill_mailings, page_named("mailings"), 3),
    "a list": (fill_recipients, page_of(RecipientList, owner="owner"), 5),
    "a mailing": (fill_attempts, page_of(Mailing, owner="owner"), 14),
    "an attempt": (fill_deliveries, page_of(Attempt, owner="mailing__owner"), 4),
    "a recipient": (fill_deliveries, page_of(Recipient, owner="owner"), 6),
    "home": (fill_figures, page_named("home"), 20),
    "reports": (fill_figures, page_named("reports"), 10),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_costs_the_same_with_a_thousand_rows(name: str, alice: User, login: Login) -> None:
    fill, address, expected = PAGES[name]
    client = login(alice)
    for numbers in (range(10), range(10, 1000)):
        fill(alice, numbers)
        page = address(alice)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        assert len(queries) - LOGIN == expected


def test_managers_list_costs_the_same_with_a_thousand_owners(manager: User, login: Login) -> None:
    client = login(manager)
    message = MessageFactory.create()
    counts = []
    for numbers in (range(10), range(10, 1000)):
        owners = User.objects.bulk_create(User(email=f"o{n}@example.org") for n in numbers)
        Mailing.objects.bulk_create(
            Mailing(owner=owner, name="M", message=message, starts_at=MOMENT) for owner in owners
        )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("mailing:mailings")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
