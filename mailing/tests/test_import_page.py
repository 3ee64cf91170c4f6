"""Importing recipients in the dashboard: file, columns, check, start, and back again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.importing import jobs
from mailing.importing.storage import path_of
from mailing.models import Import, Recipient, RecipientList
from mailing.tests.factories import (
    FinishedImportFactory,
    ImportFactory,
    RecipientFactory,
    RecipientListFactory,
)
from mailing.views import importing

Login = Callable[[User], Client]
IMPORT = reverse("mailing:recipients_import")
CSV = "email,full_name,city\nann@example.org,Ann,Riga\nnobody,Nobody,\nben@example.org,Ben,Oslo\n"
COLUMNS = {
    "role_0": "email",
    "key_0": "",
    "role_1": "full_name",
    "key_1": "",
    "role_2": "attribute",
    "key_2": "city",
    "has_header": "on",
}


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


def upload(
    client: Client, content: str | bytes = CSV, name: str = "people.csv", **form: Any
) -> Any:
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data), **form}, follow=True)


def page(client: Client, name: str, work: Import) -> str:
    return client.get(reverse(f"mailing:{name}", args=[work.pk]), follow=True).content.decode()


def post(client: Client, name: str, work: Import, **form: str) -> Any:
    return client.post(reverse(f"mailing:{name}", args=[work.pk]), form, follow=True)


def checked(client: Client, **form: Any) -> Import:
    """Upload the file and have it checked."""
    upload(client, **form)
    work = Import.objects.get()
    post(client, "import_columns", work, **COLUMNS)
    work.refresh_from_db()
    return work


def started(client: Client, work: Import) -> Import:
    """Start an import and do what a worker would."""
    post(client, "import_start", work)
    work.refresh_from_db()
    jobs.work_through(work)
    return work


def test_the_columns_are_guessed_and_shown_with_samples(client: Client) -> None:
    response = upload(client)
    shown = response.content.decode()
    assert response.redirect_chain[-1][0].endswith("/columns/")
    assert [column.role.initial for column in response.context["form"].columns()] == [
        "email",
        "full_name",
        "attribute",
    ]
    for text in ("ann@example.org", "Riga", 'value="city"'):
        assert text in shown
    assert not Recipient.objects.exists()


def test_a_check_counts_and_shows_wrong_rows_and_changes_nothing(
    client: Client, alice: User
) -> None:
    RecipientFactory.create(owner=alice, email="ann@example.org", full_name="Anna")
    work = checked(client)
    assert work.status == "checked"
    assert (work.total, work.added, work.updated, work.wrong) == (3, 1, 1, 1)
    shown = page(client, "import_detail", work)
    assert "“nobody” is not an e-mail address" in shown
    assert '<td class="numeric">3</td>' in shown
    assert Recipient.objects.get().full_name == "Anna"


def test_started_rows_come_in_and_the_file_is_removed(client: Client, alice: User) -> None:
    work = started(client, checked(client))
    assert work.status == "finished"
    assert set(Recipient.objects.owned_by(alice).values_list("email", "full_name")) == {
        ("ann@example.org", "Ann"),
        ("ben@example.org", "Ben"),
    }
    assert not list(path_of(work, "").parent.iterdir())
    assert "The file was imported" in page(client, "import_detail", work)


def test_recipients_go_on_lists_ticked_and_new(client: Client, alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice, name="Readers")
    work = checked(client, lists=[readers.pk], new_list="Friends")
    assert RecipientList.objects.count() == 1
    started(client, work)
    lists = RecipientList.objects.owned_by(alice)
    assert {row.name: row.recipients.count() for row in lists} == {"Readers": 2, "Friends": 2}


def test_the_columns_can_be_changed_after_the_check(client: Client) -> None:
    work = checked(client)
    response = post(client, "import_columns", work, **{**COLUMNS, "role_2": "ignore"})
    assert response.status_code == 200
    work.refresh_from_db()
    assert (work.status, work.roles[2], work.wrong) == ("checked", "ignore", 1)
    started(client, work)
    assert Recipient.objects.get(email="ann@example.org").attributes == {}


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"role_0": "ignore"}, "__all__", "Say which column holds the e-mail addresses."),
        ({"role_1": "email"}, "role_1", "“E-mail address” is chosen for another column, too."),
        ({"key_2": "__class__"}, "key_2", "Use small Latin letters, digits and _"),
        ({"key_2": ""}, "key_2", "Use small Latin letters, digits and _"),
        ({"role_1": "attribute", "key_1": "city"}, "__all__", "Two columns would become"),
        ({"role_1": "owner_id"}, "role_1", "Select a valid choice."),
    ],
)
def test_columns_that_make_no_sense_are_refused(
    client: Client, changes: dict[str, str], field: str, sentence: str
) -> None:
    upload(client)
    response = post(client, "import_columns", Import.objects.get(), **{**COLUMNS, **changes})
    assert sentence in response.context["form"].errors[field][0]
    assert sentence in response.content.decode()
    assert Import.objects.get().status == "mapping"


def test_wrong_rows_can_be_downloaded_without_formulas_that_run(client: Client) -> None:
    upload(client, 'email,full_name,city\n"=cmd|calc!A1",<script>,Riga\n')
    work = Import.objects.get()
    post(client, "import_columns", work, **COLUMNS)
    response = client.get(reverse("mailing:import_rows", args=[work.pk, "wrong"]))
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    heading, row = text.splitlines()
    assert heading == "import_line,import_reason,email,full_name,city"
    assert row.startswith("2,")
    assert row.endswith(",'=cmd|calc!A1,<script>,Riga")
    assert response["Content-Disposition"].startswith("attachment")
    assert client.get(reverse("mailing:import_rows", args=[work.pk, "other"])).status_code == 404


def test_a_large_file_is_worked_at_in_the_background(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "INSTANT", 10)
    assert "The file is being read." in upload(client).content.decode()
    work = Import.objects.get()
    jobs.take_turn(work.pk)
    shown = post(client, "import_columns", work, **COLUMNS).content.decode()
    assert "The file is being checked" in shown
    assert 'hx-trigger="every 1s"' in shown


def test_watching_gets_only_the_progress_and_then_the_page_anew(client: Client) -> None:
    work = checked(client)
    post(client, "import_start", work)
    address = work.get_absolute_url()
    watched = client.get(address, headers={"HX-Request": "true"})
    assert b"The recipients are coming in." in watched.content
    assert b"<html" not in watched.content
    work.refresh_from_db()
    jobs.work_through(work)
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_start_is_not_taken_twice(client: Client) -> None:
    work = started(client, checked(client))
    post(client, "import_start", work)
    assert Import.objects.get().status == "finished"
    assert post(client, "import_columns", work, **COLUMNS).status_code == 200
    assert Import.objects.get().status == "finished"


def test_an_import_that_has_not_begun_is_thrown_away_with_its_file(client: Client) -> None:
    work = checked(client)
    directory = path_of(work, "").parent
    assert "Nothing has come in yet." in page(client, "import_cancel", work)
    post(client, "import_cancel", work)
    assert not Import.objects.exists()
    assert not list(directory.iterdir())


def test_an_import_is_undone_after_asking(client: Client) -> None:
    work = started(client, checked(client))
    assert "unless they were written to or changed since" in page(client, "import_undo", work)
    assert Recipient.objects.count() == 2
    post(client, "import_undo", work)
    work.refresh_from_db()
    jobs.work_through(work)
    assert not Recipient.objects.exists()
    assert "The import was undone" in page(client, "import_detail", work)


@pytest.mark.parametrize("name", ["import_cancel", "import_undo"])
def test_what_cannot_be_done_any_more_is_not_asked(client: Client, alice: User, name: str) -> None:
    work = FinishedImportFactory.create(owner=alice, added=0)
    assert post(client, name, work).redirect_chain == [(work.get_absolute_url(), 302)]
    assert "The file was imported" in page(client, name, work)
    assert Import.objects.get().status == "finished"


def test_another_sheet_can_be_chosen(client: Client, spreadsheet: Callable[..., bytes]) -> None:
    data = spreadsheet(First=[["name"], ["Ann"]], Second=[["email"], ["ann@example.org"]])
    shown = upload(client, data, "people.xlsx").content.decode()
    assert "<option selected>First</option>" in shown
    work = Import.objects.get()
    post(client, "import_columns", work, sheet="Second")
    work.refresh_from_db()
    assert (work.sheet, work.roles) == ("Second", ["email"])
    post(client, "import_columns", work, sheet="../../etc/passwd")
    work.refresh_from_db()
    assert work.sheet == "Second"


def test_lists_of_others_are_refused(client: Client, bob: User) -> None:
    foreign = RecipientListFactory.create(owner=bob)
    response = upload(client, lists=[foreign.pk])
    assert list(response.context["form"].errors) == ["lists"]
    assert not Import.objects.exists()


def test_imports_of_others_are_not_found(login: Login, alice: User, bob: User) -> None:
    work = ImportFactory.create(owner=alice)
    stranger = login(bob)
    assert stranger.post(reverse("mailing:import_start", args=[work.pk])).status_code == 404
    assert stranger.get(reverse("mailing:import_rows", args=[work.pk, "wrong"])).status_code == 404
    assert Import.objects.get().status == "checked"


def test_manager_and_stranger_cannot_start_or_download(
    client: Client, alice: User, manager: User, login: Login
) -> None:
    work = FinishedImportFactory.create(owner=alice)
    for address in (
        reverse("mailing:import_start", args=[work.pk]),
        reverse("mailing:import_rows", args=[work.pk, "wrong"]),
    ):
        assert login(manager).post(address).status_code == 403
        assert Client().get(address)["Location"].startswith(reverse("account_login"))


def test_new_list_with_a_name_that_exists_is_refused_at_its_field(
    client: Client, alice: User
) -> None:
    RecipientListFactory.create(owner=alice, name="Readers")
    response = upload(client, new_list="readers")
    assert list(response.context["form"].errors) == ["new_list"]
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 a spreadsheet", b"\xff\xfe\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
)
def test_file_that_cannot_be_read_is_refused_at_its_field(client: Client, content: bytes) -> None:
    response = upload(client, content, new_list="Friends")
    assert list(response.context["form"].errors) == ["file"]
    assert not Import.objects.exists()
    assert not RecipientList.objects.exists()


def test_missing_file_is_refused_at_its_field(client: Client) -> None:
    assert list(client.post(IMPORT, {}).context["form"].errors) == ["file"]


def test_large_file_is_refused_at_its_field(client: Client, settings: LazySettings) -> None:
    settings.IMPORT_MAX_MEGABYTES = 0
    assert "larger than 0 MB" in upload(client).context["form"].errors["file"][0]
    assert not Import.objects.exists()


def test_import_starts_from_the_list_one_comes_from(client: Client, alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice)
    shown = client.get(IMPORT, {"list": readers.pk}).content.decode()
    assert f'value="{readers.pk}" id="id_lists_0" checked' in shown


def test_hostile_headings_cells_and_file_names_come_out_inert(client: Client) -> None:
    evil = "<script>alert(1)</script>"
    content = f'{evil},email,"{{{{7*7}}}}",__class__,"{{% debug %}}"\n{evil},x{evil},a,b,c\n'
    shown = upload(client, content, "<img src=x onerror=alert(1)>.csv").content.decode()
    work = Import.objects.get()
    assert evil not in shown
    assert "{{7*7}}" in shown
    assert work.roles == [
        "attribute:script_alert_1_script", "email", "attribute:column_3", "attribute:class",
        "attribute:debug",
    ]  # fmt: skip
    form = {"has_header": "on", "role_1": "email"}
    for place, role in enumerate(work.roles):
        form.setdefault(f"role_{place}", "attribute")
        form[f"key_{place}"] = role.partition(":")[2]
    post(client, "import_columns", work, **form)
    for name in ("import_detail", "imports"):
        address = reverse("mailing:imports") if name == "imports" else work.get_absolute_url()
        shown = client.get(address).content.decode()
        assert evil not in shown
        assert "<img src=x" not in shown
        assert "&lt;img src=x" in shown
