"""Letters as readers would see them, saved or while they are written."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from mailing.models import Message, Recipient
from mailing.models.message import MAX_BODY
from mailing.tests.factories import MessageFactory, RecipientFactory
from mailing.views.previews import find_reader, suggestions

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]
DRAFT = reverse("mailing:message_draft")
HX = {"HX-Request": "true"}
SLOT = "abcdefgh-1234"
TEXTS = {
    "subject": "For {{ full_name|you }}",
    "preheader": "From {{ attributes.city|somewhere }}",
    "body_html": "<p>Hello {{ full_name|there }} of {{ attributes.city|nowhere }}</p>",
    "slot": SLOT,
}


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def ann(alice: User) -> Recipient:
    return RecipientFactory.create(
        owner=alice, email="ann@example.org", full_name="Ann Lee", attributes={"city": "Omsk"}
    )


def letter(client: Client, slot: str = SLOT) -> Any:
    return client.get(reverse("mailing:message_draft_letter", args=[slot]))


def draft(client: Client, **more: str) -> str:
    return client.post(DRAFT, TEXTS | more, headers=HX).content.decode()


def test_what_is_written_is_shown_and_not_saved(client: Client) -> None:
    page = draft(client)
    assert "For Alex Reader" in page
    assert "From [city]" in page
    assert reverse("mailing:message_draft_letter", args=[SLOT]) in page
    assert "Hello Alex Reader of [city]" in page  # as plain text
    answer = letter(client)
    assert "Hello Alex Reader of [city]" in answer.content.decode()
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "wanted", ["ann@example.org", " ANN@example.org ", "ann", "Ann L", "ann l"]
)
def test_a_recipient_is_found_by_address_or_name(
    client: Client, ann: Recipient, wanted: str
) -> None:
    page = draft(client, **{"as": wanted})
    assert "For Ann Lee" in page
    assert "From Omsk" in page
    assert "Hello Ann Lee of Omsk" in letter(client).content.decode()


def test_recipients_of_others_are_never_found(client: Client, bob: User) -> None:
    RecipientFactory.create(
        owner=bob, email="secret@example.org", full_name="Secret", attributes={"city": "Oslo"}
    )
    page = draft(client, **{"as": "secret@example.org"})
    assert "None of your recipients begins with “secret@example.org”" in page
    assert "Oslo" not in page
    options = client.get(reverse("mailing:message_recipients"), {"as": "secret"})
    assert options.content == b""


def test_a_draft_is_shown_to_nobody_else(client: Client, bob: User, login: Login) -> None:
    draft(client)
    assert letter(login(bob)).status_code == 404
    assert letter(client, "another-slot-1").status_code == 404


@pytest.mark.parametrize("slot", ["", "short", "a" * 65, "../../../../etc", "a b c d e f"])
def test_only_a_slot_of_ours_is_taken(client: Client, slot: str) -> None:
    assert client.post(DRAFT, TEXTS | {"slot": slot}, headers=HX).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("subject", "{{ nmae }}", "there is no such field"),
        ("preheader", "{{ owner.password }}", "there is no such field"),
        ("body_html", "<p>{{ full_name</p>", "does not end"),
        ("body_text", "{{ x }}", "there is no such field"),
        ("body_html", "x" * (MAX_BODY + 1), "too long to be shown"),
    ],
)
def test_what_is_wrong_is_said(client: Client, field: str, value: str, says: str) -> None:
    assert says in draft(client, **{field: value})
    assert says in client.post(DRAFT, TEXTS | {field: value}).content.decode()


def test_without_scripts_the_letter_alone_is_the_answer(client: Client, ann: Recipient) -> None:
    answer = client.post(DRAFT, TEXTS | {"as": "ann"})
    assert "Hello Ann Lee of Omsk" in answer.content.decode()
    assert "sandbox" in answer["Content-Security-Policy"]


def test_the_form_offers_the_preview_without_scripts(client: Client) -> None:
    page = client.get(reverse("mailing:message_create")).content.decode()
    assert f'formaction="{DRAFT}" formtarget="draft-frame"' in page
    assert 'name="draft-frame"' in page


def test_a_saved_message_is_shown_as_a_recipient(
    client: Client, alice: User, ann: Recipient
) -> None:
    message = MessageFactory.create(owner=alice, body_html=TEXTS["body_html"], subject="Hi")
    page = client.get(message.get_absolute_url(), {"as": "ann@example.org"}).content.decode()
    assert "Hello Ann Lee of Omsk" in page
    assert 'src="/dashboard/messages/' in page
    assert "?as=ann%40example.org" in page
    address = reverse("mailing:message_preview", args=[message.pk])
    framed = client.get(address, {"as": "ann@example.org"}).content.decode()
    assert "Hello Ann Lee of Omsk" in framed


def test_hostile_values_do_nothing(client: Client, alice: User) -> None:
    hostile = '"><script>alert(1)</script>{{ email }}'
    RecipientFactory.create(
        owner=alice, email="x@example.org", full_name=hostile, attributes={"city": hostile}
    )
    page = draft(client, **{"as": "x@example.org"})
    framed = letter(client).content.decode()
    assert "<script" not in page
    assert "<script" not in framed
    assert "{{ email }}" in framed
    options = client.get(reverse("mailing:message_recipients"), {"as": "x@"}).content.decode()
    assert "<script" not in options
    assert options.startswith('<option value="x@example.org">')


def test_a_whole_address_or_name_in_it_wins_over_a_beginning(alice: User) -> None:
    for email in ("person7@example.org.example", "person70@example.org", "person7@example.org"):
        RecipientFactory.create(owner=alice, email=email, full_name=f"Zoe {email}")
    for typed in ("person7", "Person7", "person7@example.org", " person7@EXAMPLE.org "):
        found = find_reader(alice, typed)
        assert found
        assert found.email == "person7@example.org"


def test_suggestions_cost_the_same_at_any_number(client: Client, alice: User) -> None:
    counts = []
    for numbers in (range(10), range(10, 1000)):
        Recipient.objects.bulk_create(
            Recipient(owner=alice, email=f"r{n}@example.org", full_name=f"Reader {n}")
            for n in numbers
        )
        with CaptureQueriesContext(connection) as queries:
            found = suggestions(alice, "r1")
        assert found
        assert all("LIMIT" in query["sql"] for query in queries)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert [row.email for row in suggestions(alice, "R10")][:3] == [
        "r10@example.org",
        "r100@example.org",
        "r101@example.org",
    ]
    assert suggestions(alice, "\0") == []
