"""Owners, recipients and mailings in any number (needs the settings of the engine under test)."""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt, Mailing, Message, Recipient, RecipientList
from mailing.sending import control

BODY = (
    "<h1>News</h1><p>Dear {{ full_name|reader }}, this is new in {{ attributes.city|town }}.</p>"
    + "<p>More.</p>" * 20
)


def patiently(work: Callable[[], Any], seconds: float = 90) -> Any:
    """Return what `work` returns, trying again while the database is away."""
    give_up_at = time.monotonic() + seconds
    while True:
        try:
            return work()
        except (DatabaseError, InterfaceError):
            connection.close()
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.2)


def ask(sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query, whatever happens to the database in between."""

    def once() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []

    rows: list[tuple[Any, ...]] = patiently(once)
    return rows


def try_to_change(sql: str) -> bool:
    """Change rows unless somebody holds them or the database is away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    except (DatabaseError, InterfaceError):
        connection.close()
        return False
    return True


def make_lists(owners: int, size: int) -> list[RecipientList]:
    """Make owners with a list of `size` recipients each."""
    return [
        make_readers(
            f"owner{number}@example.org", (f"r{n}@o{number}.example.org" for n in range(size))
        )
        for number in range(owners)
    ]


def make_readers(owner: str, addresses: Iterable[str]) -> RecipientList:
    """Make an owner with a list of recipients."""
    user = User.objects.create_user(owner)
    readers = RecipientList.objects.create(owner=user, name="Readers")
    recipients = Recipient.objects.bulk_create(
        Recipient(owner=user, email=address, full_name=f"Reader {n}")
        for n, address in enumerate(addresses)
    )
    readers.recipients.set(recipients)
    return readers


def open_attempts(lists: list[RecipientList]) -> Iterator[Attempt]:
    """Send a mailing to one list after the other, over and over."""
    for number, readers in enumerate(itertools.cycle(lists)):
        yield patiently(partial(send, f"Mailing {number}", readers))


def send(name: str, readers: RecipientList) -> Attempt:
    """Begin to send a new mailing."""
    with transaction.atomic():
        mailing = make_mailing(name, readers)
        return control.run_now(mailing, mailing.owner, Attempt.Trigger.MANUAL)


def make_mailing(name: str, readers: RecipientList) -> Mailing:
    """Make a mailing to a list, as a draft."""
    owner = readers.owner
    message = Message.objects.create(
        owner=owner, name=name, subject="News for {{ full_name|you }}", body_html=BODY
    )
    mailing = Mailing.objects.create(
        owner=owner, name=name, message=message, starts_at=timezone.now(), time_zone="UTC"
    )
    mailing.lists.set([readers])
    return mailing
