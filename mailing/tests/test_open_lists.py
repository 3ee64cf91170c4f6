"""An owner opens a list, so that people may put themselves on it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.models import RecipientList, SubscriptionForm
from mailing.tests.factories import (
    RecipientListFactory,
    SubscriptionFormFactory,
    SubscriptionRequestFactory,
)
from tests.english import english_on

Login = Callable[[User], Client]
OPENED = {
    "name": "Readers",
    "is_open": "on",
    "public_name": "Friday letter",
    "wording": "I want the Friday letter.",
    "thanks": "Until Friday!",
    "go_on_url": "https://example.org/welcome",
}


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def readers(alice: User) -> RecipientList:
    return RecipientListFactory.create(owner=alice, name="Readers")


def edit(readers: RecipientList) -> str:
    return reverse("mailing:list_edit", args=[readers.pk])


def test_a_list_is_closed_until_it_is_opened(client: Client, readers: RecipientList) -> None:
    client.post(edit(readers), {"name": "Readers"})

    assert not SubscriptionForm.objects.exists()
    assert "Subscription form" not in client.get(readers.get_absolute_url()).content.decode()


def test_opened_it_has_an_address_that_stays(client: Client, readers: RecipientList) -> None:
    client.post(edit(readers), OPENED)
    form = SubscriptionForm.objects.get()
    SubscriptionRequestFactory.create_batch(2, form=form)
    SubscriptionRequestFactory.create(form=form, asked_at=timezone.now() - timedelta(days=3))

    page = client.get(readers.get_absolute_url()).content.decode()

    assert f"{settings.SITE_URL}/m/s/{form.token}/" in page
    assert "<dd>2</dd>" in page
    assert Client().get(form.get_absolute_url()).status_code == 200
    client.post(edit(readers), {**OPENED, "public_name": "Saturday letter"})
    assert SubscriptionForm.objects.values_list("token", "public_name").get() == (
        form.token,
        "Saturday letter",
    )


def test_closed_again_it_keeps_its_words(client: Client, readers: RecipientList) -> None:
    client.post(edit(readers), OPENED)
    client.post(edit(readers), {key: OPENED[key] for key in OPENED if key != "is_open"})

    form = SubscriptionForm.objects.get()
    assert not form.is_open
    page = client.get(edit(readers)).content.decode()
    assert "I want the Friday letter." in page
    assert Client().get(form.get_absolute_url()).status_code == 410


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("public_name", ""),
        ("wording", ""),
        ("public_name", "News\r\nBcc: all@example.org"),
        ("public_name", "News\u2028Bcc"),
        ("public_name", "\u202egro.elpmaxe"),
        ("public_name", "Win https://evil.example"),
        ("public_name", "www.evil.example"),
        ("public_name", "x" * 101),
        ("wording", "x" * 1001),
        ("go_on_url", "javascript:alert(1)"),
        ("go_on_url", "ftp://example.org/"),
        ("go_on_url", "//evil.example"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    client: Client, readers: RecipientList, field: str, value: str
) -> None:
    response = client.post(edit(readers), {**OPENED, "name": "Friends", field: value})

    assert response.context["form"].errors.keys() == {field}
    assert "Until Friday!" in response.content.decode()
    assert not SubscriptionForm.objects.exists()
    readers.refresh_from_db()
    assert readers.name == "Readers"


def test_what_content_managers_may_use_is_not_for_owners_to_say(
    client: Client, readers: RecipientList
) -> None:
    client.post(edit(readers), {**OPENED, "is_released": "on", "token": "mine"})

    form = SubscriptionForm.objects.get()
    assert not form.is_released
    assert form.token != "mine"


def test_others_open_nothing(
    bob: User, manager: User, login: Login, readers: RecipientList
) -> None:
    assert login(bob).post(edit(readers), OPENED).status_code == 404
    assert login(manager).post(edit(readers), OPENED).status_code == 403
    assert not SubscriptionForm.objects.exists()


def test_an_administrator_releases_a_form_and_changes_nothing_else(
    admin: User, login: Login, readers: RecipientList
) -> None:
    form = SubscriptionFormFactory.create(recipient_list=readers, public_name="Friday letter")
    address = reverse("admin:mailing_subscriptionform_change", args=[form.pk])
    assert not SubscriptionForm.objects.for_site().exists()

    login(admin).post(address, {"is_released": "on", "public_name": "Mine", "is_open": ""})

    assert SubscriptionForm.objects.for_site().get().public_name == "Friday letter"
    assert SubscriptionForm.objects.get().is_open


def test_lists_of_administrators_need_no_release(admin: User) -> None:
    form = SubscriptionFormFactory.create(recipient_list__owner=admin)

    assert SubscriptionForm.objects.for_site().get() == form


def test_owner_and_administrator_read_russian(
    alice: User, admin: User, login: Login, readers: RecipientList
) -> None:

    User.objects.update(language="ru", full_name="Вера")
    alice.refresh_from_db()
    client = login(alice)
    russian = {**OPENED, "name": "Читатели", "public_name": "Письмо", "wording": "Хочу."}
    wrong = client.post(edit(readers), {"name": "Читатели", "is_open": "on"})
    client.post(edit(readers), {**russian, "thanks": "Спасибо", "go_on_url": ""})

    for page in (wrong, client.get(edit(readers)), client.get(readers.get_absolute_url())):
        assert not english_on(page.content.decode())


def test_the_page_costs_the_same_however_many_wait(client: Client, readers: RecipientList) -> None:
    form = SubscriptionFormFactory.create(recipient_list=readers)
    counts = []
    for number in (5, 200):
        SubscriptionRequestFactory.create_batch(number, form=form)
        with CaptureQueriesContext(connection) as queries:
            client.get(readers.get_absolute_url())
        counts.append(len(queries))

    assert counts[0] == counts[1]
