"""What is meant to do harm does none, in previews and in letters that arrive."""

from collections.abc import Callable
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.models import Attempt, Message
from mailing.sending import control
from mailing.sending.turn import take_turn
from mailing.tests.factories import MailingFactory, MessageFactory, RecipientFactory
from tests.mail_server import Accepted, MailServer

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]
FORM = {"name": "News", "subject": "Hello", "body_html": "<p>Hello.</p>"}

#: Values that a template language would do something with.
TEMPLATES = [
    *("{{7*7}}", "{{ 7*7 }}", "{% debug %}", "{% load x %}", "{x.__class__}", "${7*7}", "#{7*7}"),
    *("{{ email }}", "{{ attributes.city }}", "%(email)s", "%s", "{0.__class__}", "<%= 7*7 %>"),
    *("{{ ''.__class__.__mro__ }}", "{% include '/etc/passwd' %}", "{{{ full_name }}}", "@(7*7)"),
]
SCRIPTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<a href='javascript:alert(1)'>x</a>",
]
INJECTIONS = [
    "Hello\r\nBcc: all@example.org",
    "Hello\nX-Injected: 1",
    "Hello\rX-Injected: 1",
    "Hello\x00X-Injected: 1",
    "Hello\u2028X-Injected: 1",
    "Hello\x85X-Injected: 1",
]


class Harm(HTMLParser):
    """Reads a page as a browser does, and finds what could act in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_ours = any(
            (value or "").startswith(("/static/", "icon", "/dashboard/")) for _name, value in attrs
        )
        if tag in {"script", "svg", "iframe", "object", "embed", "base", "form"}:
            inside = {"draft-frame", "post", "get", "dialog"} & {value for _name, value in attrs}
            if not is_ours and not inside:
                self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"{tag} {name}")
            if tag == "img" and value == "x":
                self.found.append("img x")


@pytest.mark.parametrize("script", [*SCRIPTS[:4], SCRIPTS[6]])
def test_harm_is_found_where_there_is_some(script: str) -> None:
    assert Harm(script).found


def send(owner: User, server: MailServer, message: Message, **reader: object) -> Accepted:
    row = MailingFactory.create(
        owner=owner,
        message=message,
        recipients=[RecipientFactory.create(owner=owner, email="ann@example.org", **reader)],
    )
    take_turn(control.run_now(row, owner, Attempt.Trigger.MANUAL).pk)
    return server.to("ann@example.org")


@pytest.mark.parametrize("value", TEMPLATES)
def test_values_like_templates_come_out_literally(
    alice: User, mail_server: MailServer, value: str
) -> None:
    message = MessageFactory.create(
        owner=alice,
        subject="For {{ full_name }}",
        body_html="<p>[{{ full_name }}] [{{ attributes.city }}]</p>",
        body_text="[{{ full_name }}] [{{ attributes.city }}]",
    )
    accepted = send(alice, mail_server, message, full_name=value, attributes={"city": value})
    assert accepted.letter["Subject"] == f"For {value}"
    assert f"[{value}] [{value}]" in accepted.part("plain")
    escaped = value.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#x27;")
    assert f"[{escaped}] [{escaped}]" in accepted.part("html")


@pytest.mark.parametrize("text", [each for each in TEMPLATES if "{{" not in each])
def test_texts_like_templates_are_sent_as_they_are(
    alice: User, mail_server: MailServer, text: str
) -> None:
    message = MessageFactory.create(owner=alice, subject=text, body_html="<p>x</p>", body_text=text)
    accepted = send(alice, mail_server, message)
    assert accepted.letter["Subject"] == text
    assert text in accepted.part("plain")


@pytest.mark.parametrize("text", ["{{7*7}}", "{{ 7*7 }}", "{{ ''.__class__.__mro__ }}", "{{"])
@pytest.mark.parametrize("field", ["subject", "preheader", "body_html", "body_text"])
def test_fields_that_do_not_exist_are_refused(
    alice: User, login: Login, field: str, text: str
) -> None:
    response = login(alice).post(reverse("mailing:message_create"), FORM | {field: text})
    assert field in response.context["form"].errors


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_inert_everywhere(
    alice: User, login: Login, mail_server: MailServer, script: str
) -> None:
    """In the name, the subject, the body, its attributes and what is filled in."""
    client = login(alice)
    body = f'<p title="{script}" class="{script}">{script} {{{{ full_name }}}}</p><p>End</p>'
    texts = {"name": script, "subject": script, "preheader": script, "body_html": body}
    client.post(reverse("mailing:message_create"), texts)
    message = Message.objects.get()
    accepted = send(alice, mail_server, message, full_name=script)
    page = client.get(message.get_absolute_url()).content.decode()
    framed = client.get(
        reverse("mailing:message_preview", args=[message.pk]), {"as": "ann@example.org"}
    ).content.decode()
    editing = client.get(reverse("mailing:message_edit", args=[message.pk])).content.decode()
    listed = client.get(reverse("mailing:messages")).content.decode()
    for html in (page, framed, editing, listed, accepted.part("html")):
        assert not Harm(html).found
    assert accepted.letter["Subject"] == script


@pytest.mark.parametrize("value", INJECTIONS)
@pytest.mark.parametrize("field", ["subject", "preheader"])
def test_headers_cannot_be_injected_by_the_form(
    alice: User, login: Login, field: str, value: str
) -> None:
    login(alice).post(reverse("mailing:message_create"), FORM | {field: value})
    for message in Message.objects.all():  # what was stripped at its end may pass
        assert getattr(message, field).isprintable()


@pytest.mark.parametrize("value", INJECTIONS)
def test_headers_cannot_be_injected_by_values(
    alice: User, mail_server: MailServer, value: str
) -> None:
    message = MessageFactory.create(
        owner=alice, subject="{{ full_name }} {{ attributes.city }}", body_html="<p>x</p>"
    )
    accepted = send(
        alice,
        mail_server,
        message,
        full_name=value.replace("\0", "") or "x",
        attributes={"city": value.replace("\0", "")},
    )
    letter = message_from_bytes(accepted.content, policy=policy.compat32)
    assert letter["Bcc"] is None
    assert letter["X-Injected"] is None
    assert accepted.recipients == ["ann@example.org"]
