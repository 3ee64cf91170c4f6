"""The form of a mailing: what, whom, and when on the clock of its zone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.models import Mailing, Message, RecipientList
from mailing.tests.factories import (
    MailingFactory,
    MessageFactory,
    RecipientFactory,
    RecipientListFactory,
)

Login = Callable[[User], Client]
CREATE = reverse("mailing:mailing_create")
NOW = datetime(2030, 1, 15, 12, tzinfo=UTC)


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
def form(message: Message, readers: RecipientList) -> dict[str, Any]:
    """A form that is right."""
    return {
        "name": "Weekly",
        "message": message.pk,
        "lists": [readers.pk],
        "starts_at": "2030-02-01T09:00",
        "period": "weekly",
        "time_zone": "Europe/Berlin",
    }


def errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["form"].errors)


def edit(mailing: Mailing) -> str:
    return reverse("mailing:mailing_edit", args=[mailing.pk])


def posted_back(client: Client, mailing: Mailing) -> dict[str, Any]:
    """Return the form of `mailing` as a browser posts it back untouched."""
    shown = client.get(edit(mailing)).context["form"]
    values = {field.name: field.value() for field in shown}
    for name in ("starts_at", "ends_at"):
        values[name] = f"{values[name]:%Y-%m-%dT%H:%M}" if values[name] else ""
    return values


def test_mailing_is_saved_as_a_draft(client: Client, alice: User, form: dict[str, Any]) -> None:
    response = client.post(CREATE, form, follow=True)
    mailing = Mailing.objects.get()
    assert (mailing.owner, mailing.status, mailing.next_run_at) == (alice, "draft", None)
    assert "saved as a draft" in response.content.decode()


def test_the_start_that_the_form_proposes_may_stay(
    client: Client, alice: User, form: dict[str, Any]
) -> None:
    proposed = client.get(CREATE).context["form"]["starts_at"].value()
    untouched = {"starts_at": f"{proposed:%Y-%m-%dT%H:%M}", "time_zone": alice.time_zone}
    client.post(CREATE, form | untouched)
    assert Mailing.objects.get().starts_at == datetime(2030, 1, 16, 9, tzinfo=UTC)


def test_mailing_is_saved_and_scheduled(client: Client, form: dict[str, Any]) -> None:
    response = client.post(CREATE, form | {"status": "scheduled"}, follow=True)
    mailing = Mailing.objects.get()
    assert (mailing.status, mailing.next_run_at) == ("scheduled", mailing.starts_at)
    assert "is scheduled" in response.content.decode()


@pytest.mark.parametrize("status", ["running", "finished", "disabled", "paused", "x"])
def test_form_leads_to_no_other_status(client: Client, form: dict[str, Any], status: str) -> None:
    client.post(CREATE, form | {"status": status})
    assert Mailing.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("zone", "wall", "moment"),
    [
        ("Europe/Berlin", "2030-02-01T09:00", datetime(2030, 2, 1, 8, tzinfo=UTC)),
        ("Asia/Kolkata", "2030-02-01T09:00", datetime(2030, 2, 1, 3, 30, tzinfo=UTC)),
        # the clock is put forward at 2:00 on 31 March: 2:30 comes an hour later
        ("Europe/Berlin", "2030-03-31T02:30", datetime(2030, 3, 31, 1, 30, tzinfo=UTC)),
        # the clock is put back at 3:00 on 27 October: 2:30 comes twice, the first time counts
        ("Europe/Berlin", "2030-10-27T02:30", datetime(2030, 10, 27, 0, 30, tzinfo=UTC)),
        ("America/New_York", "2030-02-01 21:00", datetime(2030, 2, 2, 2, tzinfo=UTC)),
    ],
)
def test_times_are_on_the_clock_of_the_mailings_zone(
    client: Client, form: dict[str, Any], zone: str, wall: str, moment: datetime
) -> None:
    client.post(CREATE, form | {"time_zone": zone, "starts_at": wall})
    assert Mailing.objects.get().starts_at == moment


def test_form_and_page_show_times_in_the_mailings_zone(client: Client, alice: User) -> None:
    mailing = MailingFactory.create(
        owner=alice, starts_at=datetime(2030, 2, 1, 23, tzinfo=UTC), time_zone="Asia/Tokyo"
    )
    assert 'value="2030-02-02T08:00"' in client.get(edit(mailing)).content.decode()
    page = client.get(mailing.get_absolute_url()).content.decode()
    assert 'datetime="2030-02-02T08:00:00+09:00"' in page
    assert "Asia/Tokyo" in page


def test_form_starts_with_the_owners_zone_and_the_next_morning(client: Client, alice: User) -> None:
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    page = client.get(CREATE).content.decode()
    assert '<option value="Asia/Tokyo" selected>' in page
    assert 'value="2030-01-16T09:00"' in page


def test_saving_untouched_changes_nothing(client: Client, alice: User) -> None:
    """Not even the seconds that the form does not show: they tell occurrences apart."""
    moment = datetime(2030, 10, 27, 1, 30, 17, tzinfo=UTC)  # the second 2:30 of that night
    mailing = MailingFactory.create(
        owner=alice,
        starts_at=moment,
        ends_at=moment + timedelta(days=1),
        time_zone="Europe/Berlin",
        lists=[RecipientListFactory.create(owner=alice)],
        recipients=[RecipientFactory.create(owner=alice)],
        excluded_lists=[RecipientListFactory.create(owner=alice)],
    )
    assert client.post(edit(mailing), posted_back(client, mailing)).status_code == 302
    saved = Mailing.objects.get()
    for name in ("name", "starts_at", "ends_at", "time_zone", "period", "status", "message_id"):
        assert getattr(saved, name) == getattr(mailing, name), name
    assert (saved.lists.count(), saved.recipients.count(), saved.excluded_lists.count()) == (
        1,
        1,
        1,
    )


def test_another_zone_keeps_the_time_on_the_clock(client: Client, alice: User) -> None:
    mailing = MailingFactory.create(
        owner=alice,
        starts_at=datetime(2030, 2, 1, 9, tzinfo=UTC),
        lists=[RecipientListFactory.create(owner=alice)],
    )
    client.post(edit(mailing), posted_back(client, mailing) | {"time_zone": "Asia/Tokyo"})
    mailing.refresh_from_db()
    assert mailing.starts_at == datetime(2030, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("message", ""),
        ("message", "x"),
        ("starts_at", ""),
        ("starts_at", "tomorrow"),
        ("starts_at", "2030-02-30T09:00"),
        ("starts_at", "2030-02-01T09:00Z"),
        ("starts_at", "1999-12-31T23:59"),
        ("starts_at", "9999-12-31T23:59"),
        ("ends_at", "2030-02-01T09:00"),
        ("ends_at", "2029-01-01T09:00"),
        ("period", "hourly"),
        ("time_zone", "Europe/Nowhere"),
        ("time_zone", "../../etc/passwd"),
        ("sender_name", "Ann\r\nBcc: all@example.org"),
        ("reply_to", "nobody"),
        ("lists", ["x"]),
        ("lists", []),
        ("excluded_lists", ["0"]),
    ],
)
def test_bad_input_is_refused_at_its_field(
    client: Client, form: dict[str, Any], field: str, value: object
) -> None:
    response = client.post(CREATE, form | {field: value})
    assert list(errors(response)) == [field]
    assert 'value="Weekly"' in response.content.decode() or field == "name"
    assert not Mailing.objects.exists()


def test_mailing_may_go_to_single_recipients_alone(
    client: Client, alice: User, form: dict[str, Any]
) -> None:
    ann = RecipientFactory.create(owner=alice, email="ann@example.org")
    ben = RecipientFactory.create(owner=alice, email="ben@example.org")
    addresses = " Ann@Example.org,\r\nben@example.org; ann@example.org\n"
    client.post(CREATE, form | {"lists": [], "recipients": addresses})
    assert set(Mailing.objects.get().recipients.all()) == {ann, ben}


def test_addresses_that_are_no_recipients_are_named(
    client: Client, alice: User, bob: User, form: dict[str, Any]
) -> None:
    RecipientFactory.create(owner=alice, email="ann@example.org")
    RecipientFactory.create(owner=bob, email="bobs@example.org")
    addresses = "ann@example.org\nbobs@example.org\nnobody"
    said = errors(client.post(CREATE, form | {"lists": [], "recipients": addresses}))
    assert list(said) == ["recipients"]
    assert said["recipients"][0].startswith("bobs@example.org, nobody are not among")


def test_too_many_single_recipients_are_refused(client: Client, form: dict[str, Any]) -> None:
    addresses = "\n".join(f"r{n}@example.org" for n in range(1001))
    assert "1000" in errors(client.post(CREATE, form | {"recipients": addresses}))["recipients"][0]


def test_end_in_the_past_is_refused_only_when_scheduling(
    client: Client, form: dict[str, Any]
) -> None:
    form |= {"starts_at": "2030-01-01T09:00", "ends_at": "2030-01-10T09:00"}
    assert list(errors(client.post(CREATE, form | {"status": "scheduled"}))) == ["ends_at"]
    assert client.post(CREATE, form).status_code == 302


def test_start_that_has_passed_is_due_at_once(client: Client, form: dict[str, Any]) -> None:
    form |= {"starts_at": "2030-01-15T08:00", "period": "once", "time_zone": "UTC"}
    client.post(CREATE, form | {"status": "scheduled"})
    assert Mailing.objects.due(timezone.now()).exists()


def test_editing_what_is_scheduled_reckons_anew(client: Client, form: dict[str, Any]) -> None:
    client.post(CREATE, form | {"status": "scheduled"})
    mailing = Mailing.objects.get()
    client.post(edit(mailing), form | {"starts_at": "2030-03-01T09:00"})
    mailing.refresh_from_db()
    assert mailing.status == "scheduled"
    assert mailing.next_run_at == datetime(2030, 3, 1, 8, tzinfo=UTC)


def test_what_is_scheduled_goes_back_to_draft(client: Client, form: dict[str, Any]) -> None:
    client.post(CREATE, form | {"status": "scheduled"})
    mailing = Mailing.objects.get()
    client.post(edit(mailing), form | {"status": "draft"})
    mailing.refresh_from_db()
    assert (mailing.status, mailing.next_run_at) == ("draft", None)


def test_what_is_paused_stays_paused(client: Client, alice: User, form: dict[str, Any]) -> None:
    mailing = MailingFactory.create(owner=alice, status="paused")
    client.post(edit(mailing), form | {"status": "scheduled"})
    mailing.refresh_from_db()
    assert (mailing.name, mailing.status) == ("Weekly", "paused")


@pytest.mark.parametrize("status", ["running", "finished", "disabled"])
def test_what_is_under_way_or_over_is_not_edited(
    client: Client, alice: User, form: dict[str, Any], status: str
) -> None:
    mailing = MailingFactory.create(owner=alice, name="Old", status=status)
    for response in (client.get(edit(mailing)), client.post(edit(mailing), form)):
        assert response["Location"] == mailing.get_absolute_url()
    mailing.refresh_from_db()
    assert (mailing.name, mailing.status) == ("Old", status)
    assert edit(mailing) not in client.get(mailing.get_absolute_url()).content.decode()


def test_form_without_a_message_leads_to_writing_one(client: Client) -> None:
    assert "there is none yet" in client.get(CREATE).content.decode()


def test_form_starts_from_the_message_one_comes_from(client: Client, message: Message) -> None:
    page = client.get(CREATE, {"message": message.pk}).content.decode()
    assert f'<option value="{message.pk}" selected>' in page


def test_lists_show_their_size(client: Client, alice: User, readers: RecipientList) -> None:
    readers.recipients.add(RecipientFactory.create(owner=alice))
    assert "Readers (1 recipient)" in client.get(CREATE).content.decode()
