"""Messages in the dashboard."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.models import Message
from mailing.tests.factories import MailingFactory, MessageFactory

Login = Callable[[User], Client]
CREATE = reverse("mailing:message_create")
FORM = {"name": "News", "subject": "Hello", "body_html": "<p>Hello.</p>"}


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


def preview(message: Message) -> str:
    return reverse("mailing:message_preview", args=[message.pk])


def test_owner_writes_a_message(client: Client, alice: User) -> None:
    response = client.post(CREATE, FORM)
    message = Message.objects.get()
    assert response["Location"] == message.get_absolute_url()
    assert (message.owner, message.subject) == (alice, "Hello")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("subject", ""),
        ("subject", "Hello {{ nmae }}"),
        ("subject", "Hello\r\nBcc: all@example.org"),
        ("preheader", "{{ nobody }}"),
        ("body_html", ""),
        ("body_html", "<p> </p><script>alert(1)</script>"),
        ("body_html", "<p>{{ no_such_field }}</p>"),
        ("body_text", "{{ owner.password }}"),
    ],
)
def test_bad_input_is_refused_at_its_field(client: Client, field: str, value: str) -> None:
    response = client.post(CREATE, FORM | {field: value})
    assert list(response.context["form"].errors) == [field]
    assert not Message.objects.exists()


def test_unknown_field_is_named_and_the_text_kept(client: Client) -> None:
    page = client.post(CREATE, FORM | {"subject": "Hi {{ nmae }}"}).content.decode()
    assert "{{ nmae }}: there is no such field" in page
    assert 'value="Hi {{ nmae }}"' in page


def test_form_shows_the_fields(client: Client) -> None:
    page = client.get(CREATE).content.decode()
    for field in ("{{ full_name|there }}", "{{ email }}", "{{ unsubscribe_url }}"):
        assert field in page


def test_detail_fills_the_fields_in(client: Client, alice: User) -> None:
    message = MessageFactory.create(
        owner=alice,
        subject="For {{ full_name }} in {{ attributes.city }}",
        body_text="To {{ email }}",
    )
    response = client.get(message.get_absolute_url())
    page = response.content.decode()
    assert "For Alex Reader in [city]" in page
    assert "To alex@example.org" in page
    assert f'sandbox src="{preview(message)}"' in page


def test_preview_is_the_sanitised_letter_and_can_do_nothing(client: Client, alice: User) -> None:
    message = MessageFactory.create(owner=alice)
    hostile = "<p onclick='x()'>Hi {{ full_name }}</p><script>alert(1)</script>"
    Message.objects.filter(pk=message.pk).update(body_html=hostile)
    response = client.get(preview(message))
    body = response.content.decode()
    assert "Hi Alex Reader" in body
    assert "<script" not in body
    assert "onclick" not in body
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; img-src https: data: http://testserver/media/letters/;"
        " style-src 'unsafe-inline'; sandbox"
    )
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_message_that_a_mailing_uses_is_not_deleted(client: Client, alice: User) -> None:
    message = MailingFactory.create(owner=alice, name="Weekly").message
    address = reverse("mailing:message_delete", args=[message.pk])
    assert "“Weekly”" in client.get(address).content.decode()
    response = client.post(address, follow=True)
    assert "Mailings use this message: “Weekly”" in response.content.decode()
    assert Message.objects.exists()


def test_message_of_no_mailing_is_deleted_after_asking(client: Client, alice: User) -> None:
    message = MessageFactory.create(owner=alice)
    address = reverse("mailing:message_delete", args=[message.pk])
    client.get(address)
    assert Message.objects.exists()
    client.post(address)
    assert not Message.objects.exists()


def test_editing_what_is_being_sent_says_what_it_changes(client: Client, alice: User) -> None:
    message = MailingFactory.create(owner=alice, name="Weekly", status="running").message
    address = reverse("mailing:message_edit", args=[message.pk])
    assert (
        "“Weekly” is being sent with this message as it was" in client.get(address).content.decode()
    )
    client.post(address, FORM)
    message.refresh_from_db()
    assert message.subject == "Hello"
