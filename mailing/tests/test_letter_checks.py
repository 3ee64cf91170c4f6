"""What is said of a letter before it goes out."""

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing import letter_checks
from mailing.models import Message
from mailing.tests.factories import MailingFactory, MessageFactory

pytestmark = pytest.mark.django_db

#: A letter about which there is nothing to say.
GOOD = {
    "subject": "Autumn news",
    "preheader": "What is on in October",
    "body_html": '<p>Hi</p><p><a href="{{ unsubscribe_url }}">Leave</a></p>',
}
LEAVE = '<a href="{{ unsubscribe_url }}">x</a>'


def codes(owner: User, **texts: str) -> list[str]:
    return [finding.code for finding in letter_checks.find(Message(owner=owner, **GOOD | texts))]


def test_nothing_is_said_of_a_good_letter(alice: User) -> None:
    assert codes(alice) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<a href="#top">x</a>', ["dead_anchor"]),
        ('<a href="#top">x</a><h2 id="top">T</h2>', []),
        ('<a href="#top">x</a><a name="top"></a>', []),
        ("<a>x</a>", ["no_address"]),
        ('<a href="#">x</a>', ["no_address"]),
        ('<a href="">x</a>', ["no_address"]),
        ('<a href="http://">x</a>', ["no_address"]),
        ('<a href="https://shop">x</a>', ["no_address"]),
        ('<a href="https://example.org/">x</a>', ["no_address"]),
        ('<a href="https://www.example.com/a">x</a>', ["no_address"]),
        ('<a href="https://shop.test/a">x</a>', []),
        ('<a href="https://example.org.shop.test/a">x</a>', []),
        ('<a href="mailto:a@shop.test">x</a>', []),
        ('<a href="{{ attributes.page }}">x</a>', []),
        ('<a href="https://{{ attributes.shop }}/">x</a>', []),
        ('<img src="https://shop.test/a.png">', ["no_alt"]),
        ('<img src="https://shop.test/a.png" alt="">', []),
        ('<img src="data:image/png;base64,AA==" alt="x">', ["data_picture"]),
    ],
)
def test_links_and_pictures(alice: User, body: str, code: list[str]) -> None:
    assert codes(alice, body_html=body + LEAVE) == code


def test_pictures_without_https_matter_where_the_site_has_it(
    alice: User, settings: LazySettings
) -> None:
    body = '<img src="http://shop.test/a.png" alt="">' + LEAVE
    settings.IS_HTTPS = False
    assert codes(alice, body_html=body) == []
    settings.IS_HTTPS = True
    assert codes(alice, body_html=body) == ["plain_http"]


@pytest.mark.parametrize(("letters", "code"), [(90_000, []), (105_000, ["too_long"])])
def test_gmail_clips_what_is_long(alice: User, letters: int, code: list[str]) -> None:
    assert codes(alice, body_html=f"<p>{'x' * letters}</p>{LEAVE}") == code


def test_size_is_that_of_the_letter_in_bytes(alice: User) -> None:
    assert codes(alice, body_html=f"<p>{'я' * 55_000}</p>{LEAVE}") == ["too_long"]


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"preheader": ""}, ["no_preheader"]),
        ({"subject": "x" * 61}, ["long_subject"]),
        ({"subject": "{{ attributes.a_very_long_name|and a very long fallback with it }}"}, []),
        ({"subject": "BUY NOW AND SAVE"}, ["capitals"]),
        ({"subject": " "}, ["no_subject"]),
        ({"subject": "{{ nmae }}"}, ["unknown_field"]),
        ({"body_html": "<p>Hi</p>"}, ["unsubscribe_added"]),
    ],
)
def test_the_rest(alice: User, texts: dict[str, str], code: list[str]) -> None:
    assert codes(alice, **texts) == code


def test_a_finding_names_what_it_is_about(alice: User) -> None:
    body = '<a href="#a">1</a><a href="#b">2</a><a href="#c">3</a><a href="#d">4</a>' + LEAVE
    (finding,) = letter_checks.find(Message(owner=alice, **GOOD | {"body_html": body}))
    assert finding.level == "warning"
    assert finding.text == ("4 links lead to places that are not in the letter: #a, #b, #c …")


def test_errors_come_first_and_all_is_shown_on_the_page(alice: User, client: Client) -> None:
    message = MessageFactory.create(
        owner=alice, body_html='<a href="#<b>">x</a><img src="https://shop.test/a.png">'
    )
    levels = [finding.level for finding in letter_checks.find(message)]
    assert levels == sorted(levels, key=("error", "warning", "info").index)
    client.force_login(alice)
    page = client.get(reverse("mailing:message_detail", args=[message.pk])).content.decode()
    assert "has no alternative text" in page
    assert "#&lt;b&gt;" in page
    assert "A link to unsubscribe is added" in page


def test_the_last_step_of_a_plan_shows_them(alice: User, client: Client) -> None:
    mailing = MailingFactory.create(owner=alice, message__body_html='<a href="#x">x</a>')
    client.force_login(alice)
    page = client.get(reverse("mailing:mailing_review", args=[mailing.pk])).content.decode()
    assert "1 link leads to a place that is not in the letter: #x" in page
    assert mailing.message.get_absolute_url() in page
