"""The first page of the dashboard."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.reports import counting
from mailing.tests.factories import (
    AttemptFactory,
    DeliveryFactory,
    MailingFactory,
    MessageFactory,
    RecipientFactory,
)

Login = Callable[[User], Client]
HOME = reverse("mailing:home")


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


def test_newcomer_is_led_to_the_first_mailing(client: Client, alice: User) -> None:
    page = client.get(HOME).content.decode()
    assert "Four steps to your first mailing" in page
    for step in ("recipients_import", "message_begin", "mailing_create"):
        assert reverse(f"mailing:{step}") in page
    RecipientFactory.create(owner=alice)
    assert client.get(HOME).content.decode().count("badge--success") == 1
    MessageFactory.create(owner=alice)
    assert client.get(HOME).content.decode().count("badge--success") == 2
    mailing = MailingFactory.create(owner=alice)
    assert client.get(HOME).content.decode().count("badge--success") == 3
    AttemptFactory.create(mailing=mailing, dry_run=True, status="success")
    assert "Four steps" in client.get(HOME).content.decode()
    AttemptFactory.create(mailing=mailing)
    assert "Four steps" not in client.get(HOME).content.decode()


def test_owner_sees_what_runs_comes_next_and_was_sent(
    client: Client, alice: User, bob: User
) -> None:
    AttemptFactory.create(mailing__owner=alice, mailing__name="Running one")
    AttemptFactory.create(mailing__owner=alice, mailing__name="Sent one", status="success")
    soon = timezone.now() + timedelta(hours=1)
    MailingFactory.create(owner=alice, name="Next one", status="scheduled", next_run_at=soon)
    AttemptFactory.create(mailing__owner=bob, mailing__name="Bob's")
    context = client.get(HOME).context
    assert [attempt.mailing.name for attempt in context["running"]] == ["Running one"]
    assert [attempt.mailing.name for attempt in context["latest"]] == ["Sent one"]
    assert [mailing.name for mailing in context["coming"]] == ["Next one"]
    assert context["report"].altogether.mailings == 3


def test_owner_sees_the_latest_figures(client: Client, alice: User, bob: User) -> None:
    for owner, number in ((alice, 2), (bob, 5)):
        attempt = AttemptFactory.create(
            mailing__owner=owner, status="success", finished_at=timezone.now(), total=number
        )
        for _n in range(number):
            DeliveryFactory.create(attempt=attempt, state="sent", finished_at=timezone.now())
        attempt.count(sent=number)
    counting.catch_up()
    response = client.get(HOME)
    assert response.context["letters"].sent == 2
    assert '<svg class="chart__drawing"' in response.content.decode()


def test_manager_sees_everybodys(manager: User, login: Login) -> None:
    attempt = AttemptFactory.create(mailing__name="Running one")
    response = login(manager).get(HOME)
    page = response.content.decode()
    assert "Running one" in page
    assert attempt.mailing.owner.email in page
    assert "Four steps" not in page
    assert reverse("mailing:mailing_create") not in page
