"""Layouts that a message can begin with."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from mailing import letter_checks
from mailing.layouts import LAYOUTS, Layout, render
from mailing.markup import sanitise
from mailing.models import Message
from mailing.sending.compose import freeze

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]
CREATE = reverse("mailing:message_create")

each_layout = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.slug)
each_language = pytest.mark.parametrize("language", ["en", "ru"])


@each_layout
@each_language
def test_a_layout_is_a_letter_that_can_be_saved(
    layout: Layout, language: str, alice: User, login: Login
) -> None:
    alice.language = language
    alice.save()
    client = login(alice)
    page = client.get(CREATE, {"layout": layout.slug})
    initial = page.context["form"].initial
    client.post(CREATE, {"name": "Mine", **initial})
    message = Message.objects.get()
    assert (message.subject, message.body_html) == (initial["subject"], initial["body_html"])
    assert "full_name" in message.body_html
    found = {finding.code for finding in letter_checks.find(message)}
    assert found <= {"no_address", "no_preheader", "unsubscribe_added"}


@each_layout
def test_the_sanitiser_takes_nothing_away(layout: Layout) -> None:
    def squeezed(html: str) -> str:
        return re.sub(r"[\s;]", "", html)

    written = render(layout.slug)
    assert squeezed(sanitise(written)) == squeezed(written)


@each_layout
def test_it_is_in_both_languages(layout: Layout) -> None:
    with translation.override("ru"):
        russian = layout.texts()
    english = layout.texts()
    assert russian["subject"] != english["subject"]
    words = set(russian["body_html"].split()) & {"the", "and", "reader", "Hello", "Read", "you"}
    assert not words


def test_dark_and_narrow_screens_are_thought_of(alice: User) -> None:
    texts = next(layout for layout in LAYOUTS if layout.slug == "announcement").texts()
    html = freeze(Message(owner=alice, **texts), "en").body_html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media (max-width: 480px)" in html
    assert re.search(r'<a class="button"[^>]* style="[^"]*background-color: #14509f', html)
    assert 'role="presentation"' in html


def test_the_choice_shows_each_as_a_letter(alice: User, login: Login) -> None:
    client = login(alice)
    page = client.get(reverse("mailing:message_begin")).content.decode()
    for layout in LAYOUTS:
        address = reverse("mailing:message_layout", args=[layout.slug])
        assert f'sandbox src="{address}"' in page
        assert f"{CREATE}?layout={layout.slug}" in page
        answer = client.get(address)
        assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("slug", ["nothing", "style", "footer", "article", "../../base"])
def test_there_are_no_others(slug: str, alice: User, login: Login) -> None:
    client = login(alice)
    assert client.get(CREATE, {"layout": slug}).status_code == 404
    assert client.get(f"/dashboard/messages/layouts/{slug}/").status_code == 404
