"""Fills an installation with recipients and makes a mailing to all of them; prints its number."""

import sys
from datetime import timedelta

import django

PARAGRAPH = "<p>Our library opens its summer reading room. Bring a book, take a book.</p>\n"
BODY = "<p>Dear {{ full_name|reader }},</p>\n" + 6 * PARAGRAPH
BATCH = 10_000


def main(recipients: int) -> int:
    from django.utils import timezone

    from accounts.models import User
    from mailing.models import Mailing, Message, Recipient, RecipientList

    owner, _ = User.objects.get_or_create(email="owner@example.org")
    readers = RecipientList.objects.create(owner=owner, name=f"Readers {timezone.now()}")
    known = Recipient.objects.count()
    for start in range(known, recipients, BATCH):
        numbers = range(start, min(start + BATCH, recipients))
        Recipient.objects.bulk_create(
            Recipient(owner=owner, email=f"reader{n}@example.org", full_name=f"Reader {n}")
            for n in numbers
        )
    membership = Recipient.lists.through
    keys = Recipient.objects.order_by("pk").values_list("pk", flat=True)[:recipients]
    membership.objects.bulk_create(
        (membership(recipient_id=key, recipientlist_id=readers.pk) for key in keys.iterator()),
        batch_size=BATCH,
    )
    message = Message.objects.create(owner=owner, name="News", subject="News", body_html=BODY)
    mailing = Mailing.objects.create(
        owner=owner, name="News", message=message, starts_at=timezone.now() + timedelta(days=1)
    )
    mailing.lists.add(readers)
    return mailing.pk


if __name__ == "__main__":
    django.setup()
    print(main(int(sys.argv[1])))
