"""Lists in the dashboard."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.models import RecipientList
from mailing.tests.factories import MailingFactory, RecipientFactory, RecipientListFactory
from mailing.views.lists import ListListView

Login = Callable[[User], Client]
LISTS = reverse("mailing:lists")


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def readers(alice: User) -> RecipientList:
    """A list with two of the owner's three recipients."""
    RecipientFactory.create(owner=alice, email="not-on-it@example.org")
    on_it = [
        RecipientFactory.create(owner=alice, email=f"{who}@example.org") for who in ("ann", "ben")
    ]
    return RecipientListFactory.create(owner=alice, name="Readers", recipients=on_it)


def test_lists_show_and_sort_by_their_size(
    client: Client, alice: User, readers: RecipientList
) -> None:
    RecipientListFactory.create(owner=alice, name="Empty")
    rows = [
        (row.name, row.size) for row in client.get(LISTS, {"sort": "-size"}).context["page_obj"]
    ]
    assert rows == [("Readers", 2), ("Empty", 0)]


def test_owner_creates_and_renames(client: Client, alice: User) -> None:
    client.post(reverse("mailing:list_create"), {"name": "Readers"})
    row = RecipientList.objects.get(owner=alice)
    client.post(reverse("mailing:list_edit", args=[row.pk]), {"name": "Friends"})
    row.refresh_from_db()
    assert row.name == "Friends"


def test_second_list_with_a_name_is_refused_at_its_field(
    client: Client, readers: RecipientList
) -> None:
    response = client.post(reverse("mailing:list_create"), {"name": "READERS"})
    assert response.context["form"].errors == {"name": ["You have a list with this name already."]}


def test_detail_searches_who_is_on_it(client: Client, readers: RecipientList) -> None:
    address = readers.get_absolute_url()
    assert [row.email for row in client.get(address).context["page_obj"]] == [
        "ann@example.org",
        "ben@example.org",
    ]
    found = client.get(address, {"q": "ben"}).context["page_obj"]
    assert [row.email for row in found] == ["ben@example.org"]


def test_recipient_is_taken_off_and_stays(client: Client, readers: RecipientList) -> None:
    recipient = readers.recipients.get(email="ann@example.org")
    client.post(reverse("mailing:list_remove", args=[readers.pk, recipient.pk]))
    assert [row.email for row in readers.recipients.all()] == ["ben@example.org"]
    recipient.refresh_from_db()


def test_taking_off_is_only_posted(client: Client, readers: RecipientList) -> None:
    recipient = readers.recipients.earliest("pk")
    address = reverse("mailing:list_remove", args=[readers.pk, recipient.pk])
    assert client.get(address).status_code == 405


def test_nobody_else_takes_recipients_off(
    bob: User, manager: User, login: Login, readers: RecipientList
) -> None:
    recipient = readers.recipients.earliest("pk")
    address = reverse("mailing:list_remove", args=[readers.pk, recipient.pk])
    assert login(bob).post(address).status_code == 404
    assert login(manager).post(address).status_code == 403
    assert readers.recipients.count() == 2


def test_deleting_names_the_mailings_that_wait_for_it(
    client: Client, alice: User, readers: RecipientList
) -> None:
    MailingFactory.create(owner=alice, name="Weekly", status="scheduled", lists=[readers])
    MailingFactory.create(owner=alice, name="Held", status="paused", excluded_lists=[readers])
    MailingFactory.create(owner=alice, name="Over", status="finished", lists=[readers])
    address = reverse("mailing:list_delete", args=[readers.pk])
    page = client.get(address).content.decode()
    assert "“Weekly” goes on without it" in page
    assert "“Held” no longer leaves out who is on it" in page
    assert "Over" not in page
    assert "2 recipients" in page
    client.post(address)
    assert not RecipientList.objects.exists()
    assert alice.recipient_set.count() == 3


def test_a_large_list_is_counted_up_to_a_bound(
    client: Client,
    alice: User,
    bob: User,
    manager: User,
    login: Login,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readers = RecipientListFactory.create(owner=alice, name="Many")
    readers.recipients.set(RecipientFactory.create_batch(3, owner=alice))
    for where in ("mailing.models.recipient", "mailing.views.lists", "mailing.forms.mailing"):
        monkeypatch.setattr(f"{where}.MOST_COUNTED", 2)
    monkeypatch.setitem(ListListView.extra_context or {}, "most_counted", 2)
    assert "more than 2" in client.get(reverse("mailing:lists")).content.decode()
    draft = MailingFactory.create(owner=alice)
    page = client.get(reverse("mailing:mailing_recipients", args=[draft.pk])).content.decode()
    assert "Many (more than 2 recipients)" in page
    address = reverse("mailing:list_size", args=[readers.pk])
    size = client.get(address, headers={"HX-Request": "true"})
    assert size.content.decode() == "3 recipients"
    assert client.get(address)["Location"] == readers.get_absolute_url()
    assert login(bob).get(address).status_code == 404
    assert login(manager).get(address).status_code == 403
    assert Client().get(address).status_code == 302
