"""What may be done with a mailing, by whom and when."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.models import Attempt, Delivery, Mailing
from mailing.models.mailing import CHANGES
from mailing.tests.factories import (
    AttemptFactory,
    DeliveryFactory,
    MailingFactory,
    RecipientListFactory,
)
from mailing.views.actions import ACTIONS, BY_NAME, Action, allowed_actions, may_disable

Login = Callable[[User], Client]
Status = Mailing.Status
CHANGING = [action for action in ACTIONS if action.becomes]
MATRIX = [(action, status) for action in ACTIONS for status in Status.values]


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


def address(mailing: Mailing, action: str) -> str:
    return reverse("mailing:mailing_action", args=[mailing.pk, action])


@pytest.mark.parametrize("action", CHANGING, ids=lambda action: action.name)
def test_action_is_offered_only_where_the_table_of_changes_allows_it(action: Action) -> None:
    allowed = {status for status, changes in CHANGES.items() if action.becomes in changes}
    assert action.statuses <= allowed


def test_every_change_of_the_table_that_people_make_has_an_action() -> None:
    """The rest the engine makes, or editing: a run begins and ends, or letters go out again."""
    by_people = {(str(s), str(a.becomes)) for a in CHANGING for s in a.statuses}
    table = {(str(old), str(new)) for old, changes in CHANGES.items() for new in changes}
    assert (
        table - by_people
        == {
            ("scheduled", "finished"),
            ("running", "scheduled"),
            ("paused", "draft"),
            ("paused", "running"),
            ("finished", "running"),
        }
        - by_people
    )


@pytest.mark.parametrize(("action", "status"), MATRIX, ids=lambda part: getattr(part, "name", part))
def test_button_is_shown_exactly_where_the_request_is_accepted(
    action: Action, status: str, alice: User, manager: User, login: Login
) -> None:
    user = manager if action.may is may_disable else alice
    mailing = MailingFactory.create(
        owner=alice, status=status, lists=[RecipientListFactory.create(owner=alice)]
    )
    if status == Status.PAUSED:
        AttemptFactory.create(mailing=mailing)
    client = login(user)
    shown = address(mailing, action.name) in client.get(mailing.get_absolute_url()).content.decode()
    response = client.post(address(mailing, action.name), {"reason": "Spam"}, follow=True)
    accepted = [str(message.level_tag) for message in response.context["messages"]] == ["success"]
    assert shown == accepted == (status in action.statuses)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("schedule", Status.DRAFT, Status.SCHEDULED),
        ("unschedule", Status.SCHEDULED, Status.DRAFT),
        ("run", Status.DRAFT, Status.RUNNING),
        ("pause", Status.RUNNING, Status.PAUSED),
        ("stop", Status.RUNNING, Status.FINISHED),
        ("dry_run", Status.DRAFT, Status.DRAFT),
        ("copy", Status.FINISHED, Status.FINISHED),
    ],
)
def test_action_changes_the_status(
    client: Client, alice: User, name: str, before: str, after: str
) -> None:
    lists = [RecipientListFactory.create(owner=alice)]
    mailing = MailingFactory.create(owner=alice, status=before, lists=lists)
    client.post(address(mailing, name))
    mailing.refresh_from_db()
    assert mailing.status == after


def test_resuming_goes_on_where_it_was(client: Client, alice: User) -> None:
    mailing = AttemptFactory.create(mailing__owner=alice, mailing__status="paused").mailing
    client.post(address(mailing, "resume"))
    mailing.refresh_from_db()
    assert mailing.status == "running"


@pytest.mark.parametrize(("name", "dry_run"), [("run", False), ("dry_run", True)])
def test_run_opens_an_attempt_and_shows_it(
    client: Client, alice: User, name: str, dry_run: bool
) -> None:
    mailing = MailingFactory.create(owner=alice, lists=[RecipientListFactory.create(owner=alice)])
    response = client.post(address(mailing, name))
    attempt = Attempt.objects.get()
    assert response["Location"] == attempt.get_absolute_url()
    assert (attempt.dry_run, attempt.trigger, attempt.triggered_by) == (dry_run, "manual", alice)


def test_copy_is_a_draft_of_the_same(client: Client, alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice)
    mailing = MailingFactory.create(owner=alice, name="Weekly", status="finished", lists=[readers])
    response = client.post(address(mailing, "copy"))
    copy = Mailing.objects.exclude(pk=mailing.pk).get()
    assert response["Location"] == copy.get_absolute_url()
    assert (copy.name, copy.status, list(copy.lists.all())) == (
        "Copy of Weekly",
        "draft",
        [readers],
    )


@pytest.mark.parametrize("name", [action.name for action in ACTIONS if action.question])
def test_what_cannot_be_undone_is_asked_first(
    alice: User, manager: User, login: Login, name: str
) -> None:
    action = BY_NAME[name]
    user = manager if action.may is may_disable else alice
    mailing = MailingFactory.create(owner=alice, status=min(action.statuses))
    page = login(user).get(address(mailing, name)).content.decode()
    assert mailing.name in page
    assert 'method="post"' in page
    assert "None" not in page
    mailing.refresh_from_db()
    assert mailing.status in action.statuses


@pytest.mark.parametrize("name", [action.name for action in ACTIONS if not action.question])
def test_looking_at_the_address_of_an_action_changes_nothing(
    alice: User, manager: User, login: Login, name: str
) -> None:
    action = BY_NAME[name]
    user = manager if action.may is may_disable else alice
    mailing = MailingFactory.create(owner=alice, status=min(action.statuses))
    assert login(user).get(address(mailing, name))["Location"] == mailing.get_absolute_url()
    mailing.refresh_from_db()
    assert mailing.status in action.statuses


def test_manager_says_why_and_the_owner_reads_it(alice: User, manager: User, login: Login) -> None:
    mailing = MailingFactory.create(owner=alice, status="running")
    attempt = AttemptFactory.create(mailing=mailing)
    said = login(manager).post(address(mailing, "disable"), {"reason": ""})
    assert list(said.context["form"].errors) == ["reason"]
    login(manager).post(address(mailing, "disable"), {"reason": "<b>Spam</b>"})
    mailing.refresh_from_db()
    attempt.refresh_from_db()
    assert (mailing.status, mailing.disabled_by) == ("disabled", manager)
    assert (attempt.status, attempt.cancel_reason) == ("cancelled", Delivery.Reason.DISABLED)
    page = login(alice).get(mailing.get_absolute_url()).content.decode()
    assert "&lt;b&gt;Spam&lt;/b&gt;" in page


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_nobody_acts_beyond_their_role(
    action: Action,
    method: str,
    alice: User,
    bob: User,
    manager: User,
    content_manager: User,
    login: Login,
    client: Client,
) -> None:
    mailing = MailingFactory.create(owner=alice, status=min(action.statuses))
    is_managers = action.may is may_disable
    expected = {bob: 404, content_manager: 403, alice if is_managers else manager: 403}
    for user, status in expected.items():
        response = getattr(login(user), method)(address(mailing, action.name), {"reason": "x"})
        assert response.status_code == status, user
    stranger = getattr(Client(), method)(address(mailing, action.name))
    assert stranger["Location"].startswith(reverse("account_login"))
    mailing.refresh_from_db()
    assert mailing.status in action.statuses
    assert Mailing.objects.count() == 1


def test_unknown_action_is_not_found(client: Client, alice: User) -> None:
    mailing = MailingFactory.create(owner=alice)
    assert client.post(address(mailing, "explode")).status_code == 404


def test_administrator_runs_nobody_elses_mailing(alice: User, admin: User) -> None:
    mailing = MailingFactory.create(owner=alice)
    assert [action.name for action in allowed_actions(mailing, admin)] == ["disable"]


def test_refusal_says_why(client: Client, alice: User) -> None:
    mailing = MailingFactory.create(owner=alice, status="finished")
    response: Any = client.post(address(mailing, "pause"), follow=True)
    assert "“Pause” is not possible while the mailing is finished." in response.content.decode()


@pytest.mark.parametrize("status", ["running", "paused"])
def test_mailing_with_an_open_attempt_is_not_deleted(
    client: Client, alice: User, status: str
) -> None:
    mailing = MailingFactory.create(owner=alice, status=status)
    AttemptFactory.create(mailing=mailing)
    delete = reverse("mailing:mailing_delete", args=[mailing.pk])
    assert "has not ended yet" in client.get(delete).content.decode()
    client.post(delete)
    assert Mailing.objects.exists()


@pytest.mark.parametrize("status", ["draft", "scheduled", "paused", "finished", "disabled"])
def test_other_mailings_are_deleted_after_asking(client: Client, alice: User, status: str) -> None:
    delivery: Any = DeliveryFactory.create(
        attempt__mailing__owner=alice,
        attempt__mailing__status=status,
        attempt__status="success",
    )
    delete = reverse("mailing:mailing_delete", args=[delivery.attempt.mailing.pk])
    assert "The record of what it sent goes with it" in client.get(delete).content.decode()
    assert Mailing.objects.exists()
    client.post(delete)
    assert not Mailing.objects.exists()
    assert delivery.recipient.deliveries.count() == 0
