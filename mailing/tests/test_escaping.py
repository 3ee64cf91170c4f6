"""What people type is shown as text, wherever it is shown."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt
from mailing.tests.factories import (
    AttemptFactory,
    DeliveryFactory,
    MailingFactory,
    MessageFactory,
    RecipientFactory,
    RecipientListFactory,
    SuppressionFactory,
)

Login = Callable[[User], Client]
HOSTILE = "\"'><script>alert(1)</script>{{ 7*7 }}{% now %}"


@pytest.fixture
def attempt(alice: User) -> Attempt:
    """Everything an owner can have, with hostile text in every field."""
    lists = [RecipientListFactory.create(owner=alice, name=HOSTILE, description=HOSTILE)]
    recipient = RecipientFactory.create(
        owner=alice,
        full_name=HOSTILE,
        comment=HOSTILE,
        attributes={"x": HOSTILE},
        consent_source=HOSTILE,
        lists=lists,
    )
    SuppressionFactory.create(owner=alice, email=f'"{HOSTILE}"@example.org')
    message = MessageFactory.create(
        owner=alice, name=HOSTILE, subject=HOSTILE, preheader=HOSTILE, body_text=HOSTILE
    )
    mailing = MailingFactory.create(
        owner=alice,
        name=HOSTILE,
        message=message,
        status="running",
        sender_name=HOSTILE,
        lists=lists,
        recipients=[recipient],
        excluded_lists=lists,
        disabled_reason=HOSTILE,
        next_run_at=timezone.now(),
    )
    attempt = AttemptFactory.create(
        mailing=mailing,
        server_response=HOSTILE,
        trouble_since=timezone.now(),
        sender_name=HOSTILE,
        body_text=HOSTILE,
    )
    DeliveryFactory.create(attempt=attempt, recipient=recipient, smtp_reply=HOSTILE)
    return attempt


def pages(attempt: Attempt) -> list[str]:
    mailing = attempt.mailing
    recipient, chosen = mailing.recipients.get(), mailing.lists.get()
    names = ("home", "recipients", "lists", "messages", "mailings", "suppressions")
    of_rows = {"recipient": recipient, "list": chosen, "message": mailing.message}
    forms = ("mailing_create", "mailing_calendar", "recipient_create", "recipients_import")
    return [
        *(reverse(f"mailing:{name}") for name in (*names, *forms)),
        *(row.get_absolute_url() for row in (recipient, chosen, mailing.message, mailing, attempt)),
        *(
            reverse(f"mailing:{name}_{page}", args=[row.pk])
            for name, row in of_rows.items()
            for page in ("edit", "delete")
        ),
        reverse("mailing:mailing_action", args=[mailing.pk, "stop"]),
        reverse("mailing:mailing_plan", args=[mailing.pk]),
        reverse("mailing:attempt_why", args=[attempt.pk]),
    ]


def test_hostile_text_comes_out_as_text(alice: User, attempt: Attempt, login: Login) -> None:
    client = login(alice)
    for page in pages(attempt):
        text = client.get(page).content.decode()
        assert "<script>alert" not in text, page
        assert "{% now %}" in text or "suppress" in page or "home" in page, page
        assert "'><script" not in text, page


def test_hostile_search_comes_out_as_text(alice: User, login: Login) -> None:
    for name in ("recipients", "lists", "messages", "mailings", "suppressions"):
        page = login(alice).get(reverse(f"mailing:{name}"), {"q": HOSTILE, "sort": HOSTILE})
        text = page.content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_hostile_input_in_a_refused_form_comes_out_as_text(alice: User, login: Login) -> None:
    for name in ("recipient_create", "list_create", "message_create", "mailing_create"):
        fields = ("name", "email", "attributes", "recipients", "starts_at", "subject", "body_html")
        page = login(alice).post(reverse(f"mailing:{name}"), dict.fromkeys(fields, HOSTILE))
        assert "<script>alert" not in page.content.decode()
