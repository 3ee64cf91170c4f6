"""Changes that are not saved are asked about before somebody leaves; searches are not."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.tests.factories import (
    MailingFactory,
    MessageFactory,
    RecipientFactory,
    RecipientListFactory,
    SegmentFactory,
)

Login = Callable[[User], Client]

FORMS = {
    "mailing:recipient_create": None,
    "mailing:recipient_edit": RecipientFactory,
    "mailing:list_create": None,
    "mailing:list_edit": RecipientListFactory,
    "mailing:segment_create": None,
    "mailing:segment_edit": SegmentFactory,
    "mailing:message_create": None,
    "mailing:message_edit": MessageFactory,
    "mailing:mailing_create": None,
    "mailing:mailing_edit": MailingFactory,
    "mailing:mailing_recipients": MailingFactory,
    "mailing:mailing_time": MailingFactory,
    "mailing:suppression_create": None,
    "accounts:profile": None,
}


def forms(page: str) -> list[str]:
    return re.findall(r"<form [^>]*>", page.partition('<main class="page"')[2])


@pytest.mark.parametrize("name", FORMS)
def test_forms_that_edit_are_guarded(name: str, alice: User, login: Login) -> None:
    factory = FORMS[name]
    path = reverse(name, args=[factory.create(owner=alice).pk] if factory else [])
    guarded = [form for form in forms(login(alice).get(path).text) if "data-guard" in form]
    assert len(guarded) == 1


def test_what_came_back_with_errors_counts_as_changed(alice: User, login: Login) -> None:
    for name in ("recipient_create", "segment_create", "mailing_create"):
        page = login(alice).post(reverse(f"mailing:{name}"), {}).text
        assert 'data-guard="changed"' in page, name


@pytest.mark.parametrize("name", ["recipients", "lists", "mailings", "reports", "messages"])
def test_searches_and_filters_are_not(name: str, alice: User, login: Login) -> None:
    RecipientFactory.create(owner=alice)
    page = login(alice).get(reverse(f"mailing:{name}"), {"q": "zebra"}).text
    assert forms(page)
    assert "data-guard" not in page
