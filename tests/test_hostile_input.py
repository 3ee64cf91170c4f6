"""Scripts, formulas and headers typed into any field come out as the text that they are."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Notice, User
from accounts.tasks import send_letters
from blog.tests.factories import BlogPageFactory
from mailing.exporting import csv_lines
from mailing.models import Attempt, Mailing, MessageVersion, Recipient, RecipientChange
from mailing.sending import control
from mailing.sending.sample import sample
from mailing.sending.turn import take_turn
from mailing.tests.factories import (
    AttachmentFactory,
    DeliveryFactory,
    ImportFactory,
    MailingFactory,
    MessageFactory,
    PictureFactory,
    RecipientFactory,
    RecipientListFactory,
    SegmentFactory,
    SuppressionFactory,
    TrialLetterFactory,
)
from mailing.views.previews import draft_key
from tests.access_table import ADDRESSES, KINDS, PAGE, TAKEN
from tests.hostile import FORMULAS, HEADERS, SCRIPTS, dangers_in
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
every_script = pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)


def things_named(owner: User, manager: User, script: str) -> dict[str, Any]:
    """Make one of everything, with the script in every text that people or servers choose."""
    owner.full_name = owner.blocked_reason = script
    owner.save()
    chosen = RecipientListFactory.create(owner=owner, name=script)
    reader = RecipientFactory.create(
        owner=owner, full_name=script, comment=script, attributes={script: script}, lists=[chosen]
    )
    message = MessageFactory.create(
        owner=owner, name=script, subject=script, preheader=script, body_text=script
    )
    MessageVersion.objects.record(message)
    cache.set(draft_key(owner, "newletter"), sample(message, reader).html)
    attachment = AttachmentFactory.create(owner=owner, name=script)
    message.attachments.add(attachment)
    trial = TrialLetterFactory.create(owner=owner, message=message, state="failed", answer=script)
    mailing = MailingFactory.create(
        owner=owner, name=script, sender_name=script, message=message, lists=[chosen],
        status="scheduled",
    )  # fmt: skip
    delivery: Any = DeliveryFactory.create(
        attempt__mailing=mailing, attempt__server_response=script, recipient=reader,
        smtp_reply=script, state="failed",
    )  # fmt: skip
    Notice.post(owner, Notice.Level.WARNING, "%(text)s", {"text": script}, "/dashboard/x/")
    entry = AuditEntry.record(manager, AuditEntry.Act.CHANGE, mailing, script, script)
    suppression = SuppressionFactory.create(owner=owner)
    everything = (chosen, reader, message, mailing, delivery, delivery.attempt, suppression, entry)
    return {
        "user": owner, "recipient": reader, "member": reader, "list": chosen, "message": message,
        "mailing": mailing, "attempt": delivery.attempt, "suppression": suppression,
        "segment": SegmentFactory.create(owner=owner, name=script),
        "import": ImportFactory.create(owner=owner, file_name=script),
        "change": RecipientChange.objects.create(
            owner=owner, action="delete", criteria={}, total=1, until_key=1
        ),
        "version": message.versions.get(), "attachment": attachment, "trial": trial,
        "picture": PictureFactory.create(owner=owner, alt=script),
        "article": BlogPageFactory.create(title=script, lead=script),
        "notice": owner.notices.get(), "all": [owner, *everything],
    }  # fmt: skip


def pages_for(role: str, things: dict[str, Any]) -> list[str]:
    """Return what the role may read, by the table of all addresses."""
    keys = {name: thing.pk for name, thing in things.items() if name != "all"}
    return [
        reverse(name.split(" ")[0], args=[keys.get(each, each) for each in row.arguments])
        for name, row in ADDRESSES.items()
        if "GET" in TAKEN[row.methods] and getattr(KINDS[row.kind], role) == PAGE
    ]


def dangers(client: Client, paths: list[str]) -> dict[str, list[str]]:
    """Return what is wrong with each page; there has to be something to look at."""
    found = {}
    for path in paths:
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, path
        if answer["Content-Type"].startswith("text/html"):
            found[path] = dangers_in(answer.content.decode())
    assert len(found) >= 3
    return {path: wrong for path, wrong in found.items() if wrong}


@every_script
def test_it_is_inert_on_every_page_of_owner_manager_and_administrator(
    script: str, alice: User, manager: User, admin: User, login: Login
) -> None:
    things = things_named(alice, manager, script)
    for role, user in (("owner", alice), ("manager", manager), ("admin", admin)):
        client = login(user)
        assert dangers(client, pages_for(role, things)) == {}


@every_script
def test_it_is_inert_in_djangos_admin(
    script: str, alice: User, manager: User, admin: User, login: Login
) -> None:
    paths = []
    for thing in things_named(alice, manager, script)["all"]:
        assert type(thing) in django_admin.site._registry
        name = f"admin:{thing._meta.app_label}_{thing._meta.model_name}"
        paths += [reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[thing.pk])]
        paths += [reverse(f"{name}_history", args=[thing.pk])]
    assert dangers(login(admin), paths) == {}


@every_script
def test_it_is_inert_in_the_letters_of_the_site(
    script: str, alice: User, manager: User, mail_server: MailServer
) -> None:
    mailing = things_named(alice, manager, script)["mailing"]
    control.disable(mailing, manager, script)
    control.enable(mailing, manager)
    alice.block(manager, script)
    send_letters()
    assert len(mail_server.accepted) == 3
    for letter in mail_server.accepted:
        assert dangers_in(letter.part("html")) == []


@every_script
def test_values_of_recipients_come_out_literally_in_letters(
    script: str, alice: User, mail_server: MailServer
) -> None:
    reader = RecipientFactory.create(owner=alice, full_name=script, email="ann@example.org")
    mailing = MailingFactory.create(owner=alice, recipients=[reader])
    take_turn(control.run_now(mailing, alice, Attempt.Trigger.MANUAL).pk)
    letter = mail_server.to("ann@example.org")
    assert dangers_in(letter.part("html")) == []
    assert f"Hello {script}." in letter.part("plain").replace("\n", " ")
    assert str(letter.letter["Subject"]).strip() == f"News for {script}"


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_are_text_in_exports(
    formula: str, alice: User, manager: User, admin: User, login: Login
) -> None:
    things_named(alice, manager, formula)
    audit = b"".join(login(admin).get("/dashboard/audit/csv/")).decode()
    for text in (audit, "".join(csv_lines(Recipient.objects.all()))):
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert len(rows) > 1
        for cell in (cell for row in rows for cell in row):
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


@pytest.mark.parametrize("header", HEADERS)
def test_a_second_line_is_refused_where_it_would_be_a_header(
    header: str, alice: User, login: Login
) -> None:
    client = login(alice)
    message = {"name": "M", "subject": "S", "preheader": "P", "body_html": "<p>B</p>"}
    plan = {
        "name": "N", "message": MessageFactory.create(owner=alice).pk, "period": "once",
        "starts_at": "2030-02-01T09:00", "time_zone": "UTC",
        "recipients": RecipientFactory.create(owner=alice).email,
    }  # fmt: skip
    for page, form, fields in (
        ("message_create", message, ("subject", "preheader")),
        ("mailing_create", plan, ("sender_name", "reply_to")),
    ):
        for field in fields:
            answer = client.post(reverse(f"mailing:{page}"), {**form, field: f"a{header}"})
            assert field in answer.context["form"].errors, field
    assert not Mailing.objects.exists()


@pytest.mark.parametrize("header", HEADERS)
def test_a_second_line_elsewhere_begins_no_header(
    header: str, alice: User, manager: User, mail_server: MailServer
) -> None:
    """Even when it has got into the database past the forms."""
    alice.full_name = f"Alice{header}"
    alice.save()
    reader = RecipientFactory.create(owner=alice, email="ann@example.org", full_name=f"Ann{header}")
    mailing = MailingFactory.create(owner=alice, name=f"News{header}", recipients=[reader])
    take_turn(control.run_now(mailing, alice, Attempt.Trigger.MANUAL).pk)
    mailing.refresh_from_db()
    if mailing.status != Mailing.Status.FINISHED:
        control.disable(mailing, manager, f"Because{header}")
    alice.block(manager, f"Because{header}")
    send_letters()
    assert {each.recipients[0] for each in mail_server.accepted} == {
        "ann@example.org",
        alice.email,
    }
    for each in mail_server.accepted:
        assert len(each.recipients) == 1
        assert "Bcc" not in each.letter
        assert b"\nBcc:" not in each.content.partition(b"\r\n\r\n")[0]


def test_the_finder_finds() -> None:
    """What would run is found, so an empty answer means something."""
    for name, script in SCRIPTS.items():
        if name != "single quotes":
            assert dangers_in(f"<p>{script}</p>"), name
    assert dangers_in(f"<input value='{SCRIPTS['single quotes']}'>")
    assert dangers_in("<p>&lt;script&gt;hostile()</p>") == []
