"""Keys of another owner's rows, posted wherever a key is taken: nothing crosses or changes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import F, Model, Q
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing import changing
from mailing.criteria import Criteria
from mailing.tests.factories import (
    DeliveryFactory,
    FinishedImportFactory,
    ImportFactory,
    MailingFactory,
    MessageFactory,
    RecipientFactory,
    RecipientListFactory,
    SegmentFactory,
    SuppressionFactory,
)
from tests.foreign_ids import POSTS, REFUSED, Form, Keys, Things, segment

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]


def things_of(owner: User) -> Things:
    """Make one of everything that an owner has."""
    recipient_list = RecipientListFactory.create(owner=owner)
    recipient = RecipientFactory.create(owner=owner, lists=[recipient_list])
    message = MessageFactory.create(owner=owner)
    mailing = MailingFactory.create(owner=owner, message=message, lists=[recipient_list])
    change = changing.change(owner, Criteria(keys=(recipient.pk,)), "add", recipient_list)
    DeliveryFactory.create(attempt__mailing=mailing, recipient=recipient)
    return {
        "user": owner,
        "list": recipient_list,
        "recipient": recipient,
        "message": message,
        "mailing": mailing,
        "suppression": SuppressionFactory.create(owner=owner),
        "second list": RecipientListFactory.create(owner=owner),
        "segment": SegmentFactory.create(owner=owner),
        "import": ImportFactory.create(owner=owner),
        "finished import": FinishedImportFactory.create(owner=owner),
        "change": change,
    }


def owned_models() -> Iterator[type[Model]]:
    for model in apps.get_app_config("mailing").get_models(include_auto_created=True):
        if any(field.name == "owner" for field in model._meta.get_fields()):
            yield model


def crossings() -> list[str]:
    """Return every relation between rows of different owners."""
    owned = set(owned_models())
    found = []
    for model in owned:
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            if field.related_model in owned:
                other = Q(**{f"{field.name}__isnull": False}) & ~Q(
                    **{f"{field.name}__owner": F("owner")}
                )
                if model._base_manager.filter(other).exists():
                    found.append(f"{model.__name__}.{field.name}")
    return found


def rows_of(owner: User) -> dict[str, list[Any]]:
    """Return all that an owner has, to the last column, and what is on which list."""
    return {
        model.__name__: list(model._base_manager.filter(owner=owner).order_by("pk").values_list())
        for model in owned_models()
    } | {"on lists": [row.lists.count() for row in owner.recipient_set.order_by("pk")]}


@pytest.mark.parametrize(
    ("address", "arguments", "form"), [line[1:] for line in POSTS], ids=[line[0] for line in POSTS]
)
def test_keys_of_another_owner_do_nothing(
    address: str,
    arguments: Keys,
    form: Form,
    alice: User,
    bob: User,
    login: Login,
) -> None:
    own, its = things_of(bob), things_of(alice)
    before = rows_of(alice)
    answer = login(bob).post(reverse(address, args=arguments(own, its)), form(own, its))
    assert answer.status_code in {200, 302, 404}
    assert rows_of(alice) == before
    assert crossings() == []


@pytest.mark.parametrize(
    ("address", "arguments", "form"),
    [line[1:] for line in REFUSED],
    ids=[line[0] for line in REFUSED],
)
def test_what_is_refused_changes_nothing_at_all(
    address: str, arguments: Keys, form: Form, alice: User, bob: User, login: Login
) -> None:
    own, its = things_of(bob), things_of(alice)
    before = rows_of(alice), rows_of(bob)
    answer = login(bob).post(reverse(address, args=arguments(own, its)), form(own, its))
    assert answer.status_code in {200, 302, 404}
    assert not answer.streaming
    assert (rows_of(alice), rows_of(bob)) == before
    assert crossings() == []


@pytest.mark.parametrize(
    ("address", "arguments", "form"),
    [
        ("mailing:mailing_recipients", "mailing", {"lists": "list", "segments": "segment"}),
        ("mailing:mailing_edit", "mailing", {"message": "message"}),
        ("mailing:segment_edit", "segment", {"row-0-value": "list"}),
        ("mailing:recipients_bulk", "", {"recipient": "recipient", "list": "second list"}),
        ("mailing:list_bulk", "list", {"recipient": "recipient", "list": "second list"}),
        ("mailing:import_start", "import", {}),
        ("mailing:import_undo", "finished import", {}),
    ],
)
def test_the_same_with_ones_own_is_done(
    address: str, arguments: str, form: dict[str, str], alice: User, login: Login
) -> None:
    """So that what is refused above is refused for its keys, not for the rest of the form."""
    own = things_of(alice)
    before = rows_of(alice)
    posted = {"name": "Other", "scope": "ticked", "action": "add", "confirmed": "1"}
    posted |= segment("list", "on", own["list"]) | {"name": "Other"}
    keys = [own[arguments].pk] if arguments else []
    posted |= {name: own[thing].pk for name, thing in form.items()}
    login(alice).post(reverse(address, args=keys), posted)
    assert rows_of(alice) != before


def test_conditions_by_what_another_owner_has_find_nobody(
    alice: User, bob: User, login: Login
) -> None:
    its = things_of(alice)
    things_of(bob)
    client = login(bob)
    for kind, test, thing in (("list", "on", "list"), ("list", "not_on", "list"),
                              ("mailing", "not_got", "mailing")):  # fmt: skip
        answer = client.post(reverse("mailing:segments_count"), segment(kind, test, its[thing]))
        assert "1 recipient" not in answer.content.decode()
        assert "Fill in the conditions" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "thing"),
    [("import_detail", "import"), ("recipients_change", "change"), ("segment_matches", "segment"),
     ("segment_detail", "segment"), ("list_size", "list"), ("recipient_data", "recipient")],
)  # fmt: skip
def test_what_another_owner_has_is_not_there(
    address: str, thing: str, alice: User, bob: User, login: Login
) -> None:
    page = reverse(f"mailing:{address}", args=[things_of(alice)[thing].pk])
    assert login(bob).get(page).status_code == 404


def test_a_crossing_would_be_seen(alice: User, bob: User) -> None:
    own, its = things_of(bob), things_of(alice)
    assert crossings() == []
    own["mailing"].lists.add(its["list"])
    own["recipient"].lists.add(its["list"])
    assert set(crossings()) >= {"Mailing.lists", "Recipient.lists"}


@pytest.mark.parametrize("page", ["recipients", "mailings", "messages"])
def test_filters_by_what_another_owner_has_find_nothing_of_it(
    page: str, alice: User, bob: User, login: Login
) -> None:
    its = things_of(alice)
    query = {"lists": its["list"].pk, "list": its["list"].pk, "owner": alice.email, "q": "Reader"}
    text = login(bob).get(reverse(f"mailing:{page}"), query).content.decode()
    for hidden in (its["recipient"].email, its["mailing"].name, its["list"].name):
        assert hidden not in text
