"""Fills a PostgreSQL installation with what one owner has; prints the owner's address.

python -m bench.dashboard_data RECIPIENTS MAILINGS DELIVERIES

The database itself makes the rows, with one statement for each table. One mailing went to everybody
(or to a fifth of the deliveries, when that is less), the others share the rest of the deliveries.
"""

import sys
from typing import Any

import django

LISTS = 10
MESSAGES = 50

RECIPIENTS = """
INSERT INTO {Recipient} (owner_id, email, full_name, comment, attributes, state, consent_source,
                         consent_wording, created_at, updated_at)
SELECT %(owner)s, 'reader' || n || '@d' || n %% 997 || '.example.org',
       (ARRAY['Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn', 'Гоша'])[1 + n %% 7] || ' Reader ' || n,
       '',
       jsonb_build_object('city', (ARRAY['Paris', 'Oslo', 'Lima', 'Тула'])[1 + n %% 4],
                          'age', (18 + n %% 70)::text),
       CASE WHEN n %% 50 = 0 THEN 'unsubscribed' WHEN n %% 97 = 0 THEN 'bounced' ELSE 'active' END,
       'import readers.csv', '',
       now() - n %% 700 * interval '1 day' - n * interval '1 ms',
       now() - n %% 300 * interval '1 hour'
FROM generate_series(1, %(recipients)s) n
"""

MEMBERSHIPS = """
INSERT INTO {membership} (recipient_id, recipientlist_id)
SELECT r.id, l.id
FROM {Recipient} r
JOIN {RecipientList} l ON l.owner_id = r.owner_id
     AND l.name IN ('List 1', 'List ' || 2 + r.id %% (%(lists)s - 1))
WHERE r.owner_id = %(owner)s
"""

SUPPRESSIONS = """
INSERT INTO {Suppression} (owner_id, email, reason, created_at)
SELECT owner_id, email, state, updated_at
FROM {Recipient}
WHERE owner_id = %(owner)s AND state <> 'active'
"""

DELIVERIES = """
INSERT INTO {Delivery} (attempt_id, recipient_id, email, full_name, attributes, state, reason,
                        smtp_code, smtp_reply, tries, message_id, sent_again, next_try_at,
                        handed_over_at, finished_at)
SELECT %(attempt)s, id, email, full_name, attributes, result,
       CASE result WHEN 'failed' THEN 'refused' WHEN 'skipped' THEN 'unsubscribed'
                   WHEN 'uncertain' THEN 'no_answer' ELSE '' END,
       CASE result WHEN 'failed' THEN 550 WHEN 'sent' THEN 250 END,
       CASE result WHEN 'failed' THEN '5.1.1 No such user here' WHEN 'sent' THEN '2.0.0 Ok'
                   ELSE '' END,
       1, '<' || id || '@bench.example.org>', false, at, at, at
FROM (SELECT *, %(started)s + id %% 3600 * interval '1 second' AS at,
             CASE WHEN id %% 100 = 7 THEN 'failed' WHEN id %% 200 = 9 THEN 'skipped'
                  WHEN id %% 1000 = 11 THEN 'uncertain' ELSE 'sent' END AS result
      FROM {Recipient}
      WHERE owner_id = %(owner)s AND id >= %(first)s
      ORDER BY id
      LIMIT %(letters)s) letter
"""

COUNTS = """
UPDATE {Attempt} a
SET total = c.total, sent = c.sent, failed = c.failed, skipped = c.skipped, uncertain = c.uncertain
FROM (SELECT attempt_id, count(*) total,
             count(*) FILTER (WHERE state = 'sent') sent,
             count(*) FILTER (WHERE state = 'failed') failed,
             count(*) FILTER (WHERE state = 'skipped') skipped,
             count(*) FILTER (WHERE state = 'uncertain') uncertain
      FROM {Delivery}
      GROUP BY attempt_id) c
WHERE c.attempt_id = a.id
"""


def main(recipients: int, mailings: int, deliveries: int) -> str:
    from mailing.models import Mailing, RecipientList

    owner = _owner()
    RecipientList.objects.bulk_create(
        RecipientList(owner=owner, name=f"List {n + 1}") for n in range(LISTS)
    )
    _execute(RECIPIENTS, owner=owner.pk, recipients=recipients)
    _execute(MEMBERSHIPS, owner=owner.pk, lists=LISTS)
    _execute(SUPPRESSIONS, owner=owner.pk)
    _send(owner, _mailings(owner, mailings), recipients, deliveries)
    _execute(COUNTS)
    Mailing.objects.filter(owner=owner).update(status=Mailing.Status.FINISHED)
    return str(owner.email)


def _owner() -> Any:
    from allauth.account.models import EmailAddress

    from accounts.models import User

    owner = User.objects.create_user("owner@example.org", full_name="Owner")
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    return owner


def _mailings(owner: Any, number: int) -> list[Any]:
    """Make mailings over the past year, the newest first."""
    from datetime import timedelta

    from django.utils import timezone

    from mailing.models import Mailing, Message, RecipientList

    messages = Message.objects.bulk_create(
        Message(
            owner=owner,
            name=f"News {n}",
            subject=f"News {n}",
            body_html="<p>Dear {{ full_name|reader }}</p>",
        )
        for n in range(MESSAGES)
    )
    begin = timezone.now() - timedelta(hours=2)
    made = Mailing.objects.bulk_create(
        Mailing(
            owner=owner,
            name=f"Mailing {n}",
            message=messages[n % MESSAGES],
            starts_at=begin - timedelta(days=365) * n / number,
            last_run_at=begin - timedelta(days=365) * n / number,
        )
        for n in range(number)
    )
    everybody = RecipientList.objects.get(owner=owner, name="List 1")
    everybody.mailings.set(made)
    return made


def _send(owner: Any, mailings: list[Any], recipients: int, deliveries: int) -> None:
    """Make an attempt of each mailing and its deliveries."""
    from datetime import timedelta

    from mailing.models import Attempt, Recipient

    first = Recipient.objects.filter(owner=owner).order_by("pk").values_list("pk", flat=True)[0]
    largest = min(recipients, deliveries // 5)
    others = (deliveries - largest) // max(1, len(mailings) - 1)
    for number, mailing in enumerate(mailings):
        letters = min(recipients, others) if number else largest
        attempt = Attempt.objects.create(
            mailing=mailing,
            occurrence=mailing.starts_at,
            trigger=Attempt.Trigger.SCHEDULE,
            status=Attempt.Status.PARTIAL,
            started_at=mailing.starts_at,
            finished_at=mailing.starts_at + timedelta(hours=1),
            give_up_at=mailing.starts_at + timedelta(days=5),
            subject=mailing.message.subject,
            body_html=mailing.message.body_html,
            body_text="Dear reader",
        )
        begin = first + (number * 7919) % max(1, recipients - letters)
        _execute(
            DELIVERIES,
            owner=owner.pk,
            attempt=attempt.pk,
            started=attempt.started_at,
            first=begin,
            letters=letters,
        )


def _execute(statement: str, **values: object) -> None:
    from django.apps import apps
    from django.db import connection

    from mailing.models import Recipient

    names = {
        model.__name__: model._meta.db_table
        for model in apps.get_app_config("mailing").get_models()
    }
    names["membership"] = Recipient.lists.through._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(statement.format_map(names), values)


if __name__ == "__main__":
    from django.db import transaction

    django.setup()
    with transaction.atomic():
        print(main(*map(int, sys.argv[1:4])))
    from django.db import connection

    from mailing.reports import counting

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        counting.catch_up()
        cursor.execute("VACUUM ANALYZE")
