"""Administrators look everything up, and change nothing that the engine wrote."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.models import (
    Attempt,
    Consent,
    Delivery,
    DomainLimit,
    Mailing,
    OwnerLimit,
    Recipient,
    Sender,
    Suppression,
)
from mailing.tests.factories import (
    AttemptFactory,
    ConsentFactory,
    DeliveryFactory,
    DomainLimitFactory,
    MailingFactory,
    MessageFactory,
    OwnerLimitFactory,
    RecipientFactory,
    RecipientListFactory,
    SenderFactory,
    SubscriptionFormFactory,
    SubscriptionRequestFactory,
    SuppressionFactory,
)

Login = Callable[[User], Client]
FACTORIES: list[Any] = [
    AttemptFactory,
    ConsentFactory,
    DeliveryFactory,
    DomainLimitFactory,
    MailingFactory,
    MessageFactory,
    OwnerLimitFactory,
    RecipientFactory,
    RecipientListFactory,
    SenderFactory,
    SubscriptionFormFactory,
    SubscriptionRequestFactory,
    SuppressionFactory,
]


def page(model: type[Model], name: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{name}", args=args)


@pytest.mark.parametrize("factory", FACTORIES)
def test_administrator_lists_searches_and_opens(
    factory: type[MailingFactory], admin: User, login: Login
) -> None:
    client, row = login(admin), factory.create()
    assert client.get(page(type(row), "changelist")).status_code == 200
    assert client.get(page(type(row), "changelist"), {"q": "no-such"}).status_code in {200, 302}
    assert client.get(page(type(row), "change", row.pk)).status_code == 200


def test_an_address_or_a_name_that_the_owner_has_already_is_refused(
    admin: User, login: Login, alice: User
) -> None:
    client = login(admin)
    known = RecipientFactory.create(owner=alice, email="known@example.org")
    other = RecipientFactory.create(owner=alice, email="other@example.org")
    sent = {"email": "Known@example.org", "attributes": "{}", "state": "active"}
    said = client.post(page(Recipient, "change", other.pk), sent)
    assert "You have a recipient with this address already." in said.content.decode()
    other.refresh_from_db()
    assert (known.email, other.email) == ("known@example.org", "other@example.org")

    RecipientListFactory.create(owner=alice, name="Readers")
    second = RecipientListFactory.create(owner=alice, name="Others")
    said = client.post(page(type(second), "change", second.pk), {"name": "readers"})
    assert "You have a list with this name already." in said.content.decode()


def test_every_model_is_there() -> None:
    registered = {model for model in admin.site._registry if model._meta.app_label == "mailing"}
    assert registered == {factory._meta.model for factory in FACTORIES}


@pytest.mark.parametrize("model", [Mailing, Attempt, Delivery, Sender])
def test_ledger_cannot_be_changed(model: type[Model], admin: User, login: Login) -> None:
    row = next(f for f in FACTORIES if f._meta.model is model).create()
    client = login(admin)
    assert client.post(page(model, "change", row.pk), {"sent": 5}).status_code == 403
    assert client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert client.get(page(model, "add")).status_code == 403


def test_administrator_suppresses_for_everybody(admin: User, login: Login) -> None:
    form = {"email": "never@example.org", "reason": "complained", "owner": ""}
    login(admin).post(page(Suppression, "add"), form)
    assert Suppression.objects.get().owner is None


def test_administrator_limits_an_owner_and_it_is_written_down(
    admin: User, alice: User, login: Login
) -> None:
    form = {"owner": alice.pk, "per_minute": "30", "per_hour": ""}
    login(admin).post(page(OwnerLimit, "add"), form)
    limit = OwnerLimit.objects.get()
    assert (limit.owner, limit.per_minute, limit.per_hour) == (alice, 30, None)
    assert LogEntry.objects.get(user=admin).object_repr == str(alice)


def test_administrator_limits_a_domain_once_whatever_its_spelling(
    admin: User, login: Login
) -> None:
    client = login(admin)
    for spelling in ("Bücher.example", "xn--bcher-kva.EXAMPLE", "not a domain", "-.example"):
        client.post(page(DomainLimit, "add"), {"domain": spelling, "per_minute": "30"})
    assert [limit.domain for limit in DomainLimit.objects.all()] == ["xn--bcher-kva.example"]


def test_deleting_a_recipient_drops_the_personal_data(admin: User, login: Login) -> None:
    delivery: Any = DeliveryFactory.create()
    recipient = delivery.recipient
    login(admin).post(page(type(recipient), "delete", recipient.pk), {"post": "yes"})
    delivery.refresh_from_db()
    assert (delivery.email, delivery.recipient) == ("", None)


@pytest.mark.parametrize("words", ["ив@пример", "ANN@EXAMPLE", "ann@example"])
def test_addresses_are_found_by_any_part(words: str, admin: User, login: Login) -> None:
    emails = ["лев-ив@пример.рф", "joann@example.org"]
    found = []
    for email in emails:
        rows: list[Any] = [
            recipient := RecipientFactory.create(email=email),
            SuppressionFactory.create(email=email),
            ConsentFactory.create(recipient=recipient),
        ]
    for model in {type(row) for row in rows}:
        response = login(admin).get(page(model, "changelist"), {"q": words})
        found += list(response.context["cl"].queryset)
    assert len(found) == 3


def test_evidence_is_not_changed_and_goes_with_the_recipient(admin: User, login: Login) -> None:
    consent: Any = ConsentFactory.create()
    client = login(admin)
    assert client.post(page(Consent, "change", consent.pk), {"wording": "x"}).status_code == 403

    client.post(page(Recipient, "delete", consent.recipient.pk), {"post": "yes"})

    assert not Consent.objects.exists()


@pytest.mark.parametrize("role", ["alice", "manager", "content_manager"])
def test_nobody_else_gets_in(role: str, login: Login, request: pytest.FixtureRequest) -> None:
    client = login(request.getfixturevalue(role))
    assert client.get(page(Mailing, "changelist")).status_code == 403
