"""Planning a mailing step by step: each can be left and come back to, and says what lacks."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.models import Mailing, Message, RecipientList
from mailing.tests.factories import MailingFactory, MessageFactory, RecipientListFactory

Login = Callable[[User], Client]
CREATE = reverse("mailing:mailing_create")
NOW = datetime(2030, 1, 15, 12, tzinfo=UTC)
STEPS = ("edit", "recipients", "time", "review")


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def message(alice: User) -> Message:
    return MessageFactory.create(owner=alice)


@pytest.fixture
def readers(alice: User) -> RecipientList:
    return RecipientListFactory.create(owner=alice, name="Readers")


@pytest.fixture
def draft(alice: User, message: Message) -> Mailing:
    """What the first step leaves."""
    return MailingFactory.create(owner=alice, message=message, time_is_set=False)


def step(name: str, mailing: Mailing) -> str:
    return reverse(f"mailing:mailing_{name}", args=[mailing.pk])


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_first_step_makes_the_draft_and_leads_on(
    client: Client, alice: User, message: Message
) -> None:
    response = client.post(CREATE, {"name": "Weekly", "message": message.pk})
    mailing = Mailing.objects.get()
    assert (mailing.owner, mailing.status, mailing.next_run_at) == (alice, "draft", None)
    assert mailing.missing == ["recipients", "time"]
    assert response["Location"] == step("recipients", mailing)


def test_all_steps_one_after_the_other_make_a_mailing_that_can_be_scheduled(
    client: Client, message: Message, readers: RecipientList
) -> None:
    client.post(CREATE, {"name": "Weekly", "message": message.pk})
    mailing = Mailing.objects.get()
    after = client.post(step("recipients", mailing), {"lists": [readers.pk]})
    assert after["Location"] == step("time", mailing)
    times = {"starts_at": "2030-02-01T09:00", "period": "weekly", "time_zone": "Europe/Berlin"}
    after = client.post(step("time", mailing), times)
    assert after["Location"] == step("review", mailing)
    schedule = reverse("mailing:mailing_action", args=[mailing.pk, "schedule"])
    assert schedule in page(client, step("review", mailing))
    client.post(schedule)
    mailing.refresh_from_db()
    assert (mailing.status, mailing.next_run_at) == (
        "scheduled",
        datetime(2030, 2, 1, 8, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("name", "posted"),
    [
        ("edit", {"name": "Weekly"}),
        ("recipients", {}),
        ("time", {"starts_at": "2030-02-01T09:00", "period": "once", "time_zone": "UTC"}),
    ],
)
def test_each_step_can_be_saved_and_left(
    client: Client, draft: Mailing, message: Message, name: str, posted: dict[str, Any]
) -> None:
    posted |= {"message": message.pk, "leave": "yes"}
    response = client.post(step(name, draft), posted, follow=True)
    assert response.redirect_chain[-1][0] == draft.get_absolute_url()
    assert "saved as a draft" in response.content.decode()


def test_who_comes_back_is_told_what_is_missing_and_led_there(
    client: Client, draft: Mailing, readers: RecipientList
) -> None:
    shown = page(client, draft.get_absolute_url())
    assert "Nobody is chosen yet." in shown
    assert "The time is not settled yet." in shown
    assert f'href="{step("recipients", draft)}">Go on planning' in shown
    draft.lists.add(readers)
    shown = page(client, draft.get_absolute_url())
    assert "Nobody is chosen yet." not in shown
    assert f'href="{step("time", draft)}">Go on planning' in shown


@pytest.mark.parametrize("action", ["schedule", "run", "dry_run"])
def test_what_an_incomplete_draft_cannot_do_is_not_offered_and_refused_in_words(
    client: Client, draft: Mailing, action: str
) -> None:
    address = reverse("mailing:mailing_action", args=[draft.pk, action])
    for shown in (draft.get_absolute_url(), step("review", draft)):
        assert address not in page(client, shown)
    said = client.post(address, follow=True).content.decode()
    assert "Nobody is chosen" in said
    draft.refresh_from_db()
    assert (draft.status, draft.attempts.count()) == ("draft", 0)


def test_a_time_that_nobody_settled_schedules_nothing(
    client: Client, draft: Mailing, readers: RecipientList
) -> None:
    draft.lists.add(readers)
    address = reverse("mailing:mailing_action", args=[draft.pk, "schedule"])
    assert "time is not settled" in client.post(address, follow=True).content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_the_line_of_steps_leads_to_each_and_says_where_one_is(
    client: Client, draft: Mailing
) -> None:
    for name in STEPS:
        shown = page(client, step(name, draft))
        assert all(f'href="{step(other, draft)}"' in shown for other in STEPS)
        assert f'href="{step(name, draft)}" aria-current="step"' in shown
        assert shown.count("stepper__step--done") == 1


def test_steps_of_a_mailing_that_is_not_there_yet_cannot_be_opened(client: Client) -> None:
    shown = page(client, CREATE)
    assert shown.count("stepper__step") == 4
    assert shown.count('<a class="stepper__link"') == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("message", ""),
        ("message", "x"),
        ("sender_name", "Ann\r\nBcc: all@example.org"),
        ("reply_to", "nobody"),
    ],
)
def test_bad_input_in_the_first_step_is_refused_at_its_field(
    client: Client, message: Message, field: str, value: str
) -> None:
    form = {"name": "Weekly", "message": message.pk, field: value}
    response = client.post(CREATE, form)
    assert list(response.context["form"].errors) == [field]
    assert 'value="Weekly"' in response.content.decode() or field == "name"
    assert not Mailing.objects.exists()


def test_without_a_message_there_is_a_way_to_write_one(client: Client) -> None:
    assert "there is none yet" in page(client, CREATE)


def test_the_first_step_starts_from_the_message_one_comes_from(
    client: Client, message: Message
) -> None:
    shown = client.get(CREATE, {"message": message.pk}).content.decode()
    assert f'<option value="{message.pk}" selected>' in shown


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("status", ["running", "finished", "disabled"])
def test_what_is_under_way_or_over_is_not_planned(
    client: Client, alice: User, status: str, name: str
) -> None:
    mailing = MailingFactory.create(owner=alice, name="Old", status=status)
    answers = [client.get(step(name, mailing))]
    if name != "review":
        answers.append(client.post(step(name, mailing), {"name": "New", "find": "yes"}))
    for response in answers:
        assert response["Location"] == mailing.get_absolute_url()
    mailing.refresh_from_db()
    assert (mailing.name, mailing.status) == ("Old", status)
    assert step("edit", mailing) not in page(client, mailing.get_absolute_url())


@pytest.mark.parametrize("status", ["scheduled", "paused"])
def test_what_is_scheduled_or_paused_stays_so_while_it_is_edited(
    client: Client, draft: Mailing, message: Message, status: str
) -> None:
    Mailing.objects.update(status=status, time_is_set=True, next_run_at=draft.starts_at)
    form = {"name": "Weekly", "message": message.pk, "leave": "yes", "status": "draft"}
    client.post(step("edit", draft), form)
    draft.refresh_from_db()
    assert (draft.name, draft.status) == ("Weekly", status)
    assert draft.next_run_at == draft.starts_at


def test_the_review_shows_everything_and_says_when_it_would_leave_at_once(
    client: Client, alice: User, readers: RecipientList
) -> None:
    mailing = MailingFactory.create(
        owner=alice, lists=[readers], starts_at=datetime(2030, 1, 15, 8, tzinfo=UTC)
    )
    shown = page(client, step("review", mailing))
    for text in (mailing.name, mailing.message.name, "Readers", "as soon as you schedule it"):
        assert text in shown
