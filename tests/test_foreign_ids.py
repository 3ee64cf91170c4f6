"""Keys of another owner's rows, posted wherever a key is taken: nothing crosses, nothing changes.

A new form that takes keys needs a line in POSTS.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F, Model, Q
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.tests.factories import (
    DeliveryFactory,
    MailingFactory,
    MessageFactory,
    RecipientFactory,
    RecipientListFactory,
    SuppressionFactory,
)

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
Things = dict[str, Any]
Keys = Callable[[Things, Things], list[int]]
Form = Callable[[Things, Things], dict[str, Any]]
PLAN = {"name": "Mine", "starts_at": "2030-02-01T09:00", "period": "once", "time_zone": "UTC"}


def plan(own: Things, **foreign: Any) -> dict[str, Any]:
    """Return what the form of a mailing posts."""
    return {**PLAN, "message": own["message"].pk, "lists": [own["list"].pk], **foreign}


def file_of_people() -> SimpleUploadedFile:
    return SimpleUploadedFile("people.csv", b"email\nann@example.org\n")


#: What it tries; the address, with keys of the attacker's own or the victim's things; the form.
POSTS: list[tuple[str, str, Keys, Form]] = [
    ("plan with a message", "mailing:mailing_create", lambda own, its: [],
     lambda own, its: plan(own, message=its["message"].pk)),
    ("plan with a list", "mailing:mailing_create", lambda own, its: [],
     lambda own, its: plan(own, lists=[its["list"].pk])),
    ("plan without a list", "mailing:mailing_create", lambda own, its: [],
     lambda own, its: plan(own, excluded_lists=[its["list"].pk])),
    ("plan with a recipient", "mailing:mailing_create", lambda own, its: [],
     lambda own, its: plan(own, recipients=its["recipient"].email)),
    ("change a plan", "mailing:mailing_edit", lambda own, its: [own["mailing"].pk],
     lambda own, its: plan(own, lists=[its["list"].pk], message=its["message"].pk)),
    ("change another's plan", "mailing:mailing_edit", lambda own, its: [its["mailing"].pk],
     lambda own, its: plan(own)),
    ("add to a list", "mailing:recipient_create", lambda own, its: [],
     lambda own, its: {"email": "ann@example.org", "lists": [its["list"].pk]}),
    ("move to a list", "mailing:recipient_edit", lambda own, its: [own["recipient"].pk],
     lambda own, its: {"email": "ann@example.org", "lists": [its["list"].pk]}),
    ("import to a list", "mailing:recipients_import", lambda own, its: [],
     lambda own, its: {"file": file_of_people(), "lists": [its["list"].pk]}),
    ("take another's off a list", "mailing:list_remove",
     lambda own, its: [own["list"].pk, its["recipient"].pk], lambda own, its: {}),
    ("take off another's list", "mailing:list_remove",
     lambda own, its: [its["list"].pk, its["recipient"].pk], lambda own, its: {}),
    ("give a message away", "mailing:message_create", lambda own, its: [],
     lambda own, its: {
         "name": "M", "subject": "S", "body_html": "<p>B</p>", "owner": its["user"].pk
     }),
    ("give a list away", "mailing:list_create", lambda own, its: [],
     lambda own, its: {"name": "L", "owner": its["user"].pk}),
    ("suppress for another", "mailing:suppression_create", lambda own, its: [],
     lambda own, its: {"email": "ann@example.org", "owner": its["user"].pk}),
]  # fmt: skip


def things_of(owner: User) -> Things:
    """Make one of everything that an owner has."""
    recipient_list = RecipientListFactory.create(owner=owner)
    recipient = RecipientFactory.create(owner=owner, lists=[recipient_list])
    message = MessageFactory.create(owner=owner)
    mailing = MailingFactory.create(owner=owner, message=message, lists=[recipient_list])
    DeliveryFactory.create(attempt__mailing=mailing, recipient=recipient)
    return {
        "user": owner,
        "list": recipient_list,
        "recipient": recipient,
        "message": message,
        "mailing": mailing,
        "suppression": SuppressionFactory.create(owner=owner),
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
