"""What is done with many recipients at once on a list's own page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing import changing
from mailing.criteria import Criteria
from mailing.models import Recipient, RecipientList
from mailing.tests.factories import RecipientFactory, RecipientListFactory

Login = Callable[[User], Client]


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def readers(alice: User) -> RecipientList:
    """Return a list of ann, ben and bea; cid is on none."""
    readers = RecipientListFactory.create(owner=alice, name="Readers")
    for name in ("ann", "ben", "bea", "cid"):
        lists = [] if name == "cid" else [readers]
        RecipientFactory.create(
            owner=alice, email=f"{name}@example.org", full_name=name, lists=lists
        )
    return readers


@pytest.fixture
def winners(alice: User) -> RecipientList:
    return RecipientListFactory.create(owner=alice, name="Winners")


def address(of_list: RecipientList, query: str = "") -> str:
    return reverse("mailing:list_bulk", args=[of_list.pk]) + query


def names(of_list: RecipientList) -> set[str]:
    return set(of_list.recipients.values_list("full_name", flat=True))


def ticked(action: str, *wanted: str, **more: Any) -> dict[str, Any]:
    keys = [Recipient.objects.get(full_name=name).pk for name in wanted]
    return {"scope": "ticked", "action": action, "recipient": keys, **more}


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_ticked_ones_go_on_another_list_and_off_this_one(
    client: Client, readers: RecipientList, winners: RecipientList
) -> None:
    form = ticked("add", "ann", "ben", list=winners.pk)
    response = client.post(address(readers), form, follow=True)
    assert response.redirect_chain == [(readers.get_absolute_url(), 302)]
    assert "2 recipients are on the list “Winners” now" in said(response)
    assert names(winners) == {"ann", "ben"}
    response = client.post(address(readers), ticked("remove", "ann"), follow=True)
    assert "1 recipient is no longer on the list “Readers”" in said(response)
    assert (names(readers), names(winners)) == ({"ben", "bea"}, {"ann", "ben"})


def test_all_are_those_on_the_list_that_match(
    client: Client, readers: RecipientList, winners: RecipientList
) -> None:
    form = {"scope": "all", "action": "add", "list": winners.pk}
    response = client.post(address(readers, "?q=be&after=x"), form)
    assert response["Location"] == f"{readers.get_absolute_url()}?q=be"
    assert names(winners) == {"ben", "bea"}


def test_taking_all_off_and_deleting_asks_first(client: Client, readers: RecipientList) -> None:
    for action, question in (
        ("remove", "Take 2 recipients off the list “Readers”?"),
        ("delete", "Delete 2 recipients?"),
    ):
        form = {"scope": "all", "action": action}
        page = client.post(address(readers, "?q=be"), form).content.decode()
        assert question in page
        assert f'href="{readers.get_absolute_url()}?q=be"' in page
        assert names(readers) == {"ann", "ben", "bea"}
    client.post(address(readers, "?q=be"), form | {"confirmed": "1"})
    assert names(readers) == {"ann"}
    assert set(Recipient.objects.values_list("full_name", flat=True)) == {"ann", "cid"}


def test_export_holds_whom_the_page_shows(client: Client, readers: RecipientList) -> None:
    answer: Any = client.post(address(readers), {"scope": "all", "action": "export"})
    text = b"".join(answer.streaming_content).decode()
    assert "ann@example.org" in text
    assert "cid@example.org" not in text


def test_the_page_offers_the_other_lists(
    client: Client, readers: RecipientList, winners: RecipientList, bob: User
) -> None:
    RecipientListFactory.create(owner=bob, name="Hidden")
    page = client.get(readers.get_absolute_url()).content.decode()
    bar = page[page.index('id="bulk"') : page.index("</form>", page.index('id="bulk"'))]
    assert f'action="{address(readers)}"' in page
    assert "Winners" in bar
    assert "Remove from this list" in bar
    assert "Readers" not in bar
    assert "Hidden" not in page


def test_lists_and_recipients_of_others_are_refused(
    client: Client, readers: RecipientList, bob: User
) -> None:
    theirs = RecipientListFactory.create(owner=bob, name="Hidden")
    stranger = RecipientFactory.create(owner=bob, full_name="stranger", lists=[theirs])
    for action in ("add", "remove"):
        form = ticked(action, "ann", list=theirs.pk)
        assert "valid choice" in said(client.post(address(readers), form, follow=True))
    for action in ("remove", "delete", "export"):
        form = ticked(action, "ann", "stranger", confirmed="1")
        assert "no longer there" in said(client.post(address(readers), form, follow=True))
    form = {"scope": "all", "action": "delete", "confirmed": "1"}
    assert client.post(address(theirs), form).status_code == 404
    assert names(readers) == {"ann", "ben", "bea"}
    assert list(theirs.recipients.all()) == [stranger]


def test_what_is_missing_is_said(client: Client, readers: RecipientList) -> None:
    for form, text in (
        ({"scope": "ticked", "action": "remove"}, "Tick the recipients first"),
        ({"scope": "all", "action": "add"}, "Choose the list"),
        ({"scope": "all", "action": "add", "list": readers.pk}, "valid choice"),
    ):
        assert text in said(client.post(address(readers), form, follow=True))
    assert names(readers) == {"ann", "ben", "bea"}


def test_the_page_says_what_became_of_changes_of_the_list(
    client: Client, alice: User, readers: RecipientList, winners: RecipientList
) -> None:
    changing.change(alice, Criteria(search="be", list=readers.pk), "add", winners)
    for concerned in (readers, winners):
        page = client.get(concerned.get_absolute_url()).content.decode()
        assert "done for 2 recipients" in page
    other = RecipientListFactory.create(owner=alice)
    assert "done for" not in client.get(other.get_absolute_url()).content.decode()
