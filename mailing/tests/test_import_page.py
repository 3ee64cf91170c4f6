"""Importing recipients in the dashboard."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.forms import importing
from mailing.models import Recipient, RecipientList
from mailing.tests.factories import RecipientFactory, RecipientListFactory, SuppressionFactory

Login = Callable[[User], Client]
IMPORT = reverse("mailing:recipients_import")
CSV = "email,full_name,city\nann@example.org,Ann,Riga\nnobody,Nobody,\nben@example.org,Ben,Oslo\n"


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


def upload(client: Client, content: str | bytes = CSV, **form: Any) -> Any:
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(IMPORT, {"file": SimpleUploadedFile("people.csv", data), **form})


def test_rows_come_in_and_wrong_ones_are_shown_with_their_reason(
    client: Client, alice: User
) -> None:
    page = upload(client).content.decode()
    assert set(Recipient.objects.owned_by(alice).values_list("email", "full_name")) == {
        ("ann@example.org", "Ann"),
        ("ben@example.org", "Ben"),
    }
    assert "The file was imported" in page
    assert "“nobody” is not an e-mail address" in page
    assert '<td class="numeric">3</td>' in page


def test_recipients_go_on_lists_ticked_and_new(client: Client, alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice, name="Readers")
    upload(client, lists=[readers.pk], new_list="Friends")
    lists = RecipientList.objects.owned_by(alice)
    assert {row.name: row.recipients.count() for row in lists} == {"Readers": 2, "Friends": 2}


def test_check_alone_changes_nothing_and_keeps_the_choices(client: Client, alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice)
    response = upload(client, lists=[readers.pk], new_list="Friends", dry_run="on")
    page = response.content.decode()
    assert "nothing was changed" in page
    assert 'value="Friends"' in page
    assert f'value="{readers.pk}" id="id_lists_0" checked' in page
    assert not Recipient.objects.exists()
    assert RecipientList.objects.count() == 1


def test_second_import_adds_nothing(client: Client) -> None:
    upload(client)
    result = upload(client).context["result"]
    assert (result.added, result.updated, result.unchanged) == (0, 0, 2)


def test_opt_outs_stay(client: Client, alice: User) -> None:
    ann = RecipientFactory.create(owner=alice, email="ann@example.org")
    ann.unsubscribe()
    SuppressionFactory.create(owner=alice, email="ben@example.org")
    assert upload(client).context["result"].suppressed == 2
    ann.refresh_from_db()
    assert ann.state == "unsubscribed"


def test_only_so_many_wrong_rows_are_shown(client: Client) -> None:
    rows = "\n".join(f"wrong{n}" for n in range(203))
    response = upload(client, f"email\n{rows}\n")
    assert len(response.context["wrong"]) == 200
    assert "And 3 more." in response.content.decode()


def test_new_list_with_a_name_that_exists_is_refused_at_its_field(
    client: Client, alice: User
) -> None:
    RecipientListFactory.create(owner=alice, name="Readers")
    response = upload(client, new_list="readers")
    assert list(response.context["form"].errors) == ["new_list"]
    assert not Recipient.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"name\nAnn\n", b"PK\x03\x04 a spreadsheet", b"\xff\xfe\x00"]
)
def test_file_that_cannot_be_read_is_refused_at_its_field(client: Client, content: bytes) -> None:
    response = upload(client, content, new_list="Friends")
    assert list(response.context["form"].errors) == ["file"]
    assert not RecipientList.objects.exists()


def test_missing_file_is_refused_at_its_field(client: Client) -> None:
    assert list(client.post(IMPORT, {}).context["form"].errors) == ["file"]


def test_large_file_is_refused_at_its_field(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MAX_MEGABYTES", 0)
    assert "larger than 0 MB" in upload(client).context["form"].errors["file"][0]


def test_import_starts_from_the_list_one_comes_from(client: Client, alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice)
    page = client.get(IMPORT, {"list": readers.pk}).content.decode()
    assert f'value="{readers.pk}" id="id_lists_0" checked' in page
