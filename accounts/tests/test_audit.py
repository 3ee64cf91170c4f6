"""What is done to the data of others is written down, for good, and shown to administrators."""

import csv
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import roles
from accounts.models import AuditEntry, User
from accounts.models.audit import Permanent
from accounts.tests.browsing import Login
from accounts.tests.factories import PASSWORD
from accounts.tests.test_administration import django_form

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/audit/"
Act = AuditEntry.Act


@pytest.fixture
def office(login: Login, admin: User) -> Client:
    return login(admin)


def entry() -> AuditEntry:
    found: AuditEntry = AuditEntry.objects.get()
    return found


def test_blocking_and_unblocking_say_who_whom_why_and_from_where(
    login: Login, manager: User, alice: User
) -> None:
    client = login(manager)
    client.post(f"/dashboard/users/{alice.pk}/block/", {"reason": "spam"}, REMOTE_ADDR="192.0.2.7")
    block = entry()
    assert (block.actor, block.owner, block.act) == (manager, alice, "block")
    assert (block.reason, block.address) == ("spam", "192.0.2.7")
    client.post(f"/dashboard/users/{alice.pk}/unblock/")
    assert AuditEntry.objects.filter(act=Act.UNBLOCK, owner=alice, actor=manager).count() == 1


def test_an_act_that_fails_leaves_no_entry(alice: User) -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        alice.block(None, "spam")
        1 / 0  # noqa: B018
    assert not AuditEntry.objects.exists()
    assert not User.objects.get(pk=alice.pk).is_blocked


def test_a_block_that_came_too_late_is_no_act(alice: User, manager: User) -> None:
    late = User.objects.get(pk=alice.pk)
    assert alice.block(manager, "first")
    assert late.block(None, "second") is False
    assert User.objects.get(pk=alice.pk).blocked_reason == "first"
    assert entry().reason == "first"


def test_entries_are_never_changed_or_deleted(alice: User) -> None:
    row = AuditEntry.record(None, Act.CHANGE, alice)
    row.reason = "another"
    for change in (
        row.save,
        row.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(reason="another"),
    ):
        with pytest.raises(Permanent):
            change()


def test_names_stay_when_users_go(alice: User, bob: User) -> None:
    AuditEntry.record(alice, Act.CHANGE, bob)
    User.objects.all().delete()
    kept = entry()
    assert (kept.actor, kept.owner) == (None, None)
    assert (kept.actor_name, kept.owner_name) == ("alice@example.org", "bob@example.org")
    assert kept.object_name == "Bob Baker"


def test_changes_of_users_in_django_tell_what_became_of_them(office: Client, alice: User) -> None:
    form = django_form(alice, full_name="Alice Changed", is_superuser="on")
    office.post(f"/admin/accounts/user/{alice.pk}/change/", form)
    change = entry()
    assert (change.act, change.owner, change.actor_name) == ("change", alice, "admin@example.org")
    assert "Full name: Alice Changed" in change.details
    assert "Superuser status: yes" in change.details


def test_passwords_are_not_written_down(office: Client, alice: User) -> None:
    passwords = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    office.post(
        f"/admin/accounts/user/{alice.pk}/password/", {**passwords, "set-password": "Change"}
    )
    office.post("/cms/users/new/", {"email": "new@example.org", "full_name": "New", **passwords})
    assert AuditEntry.objects.count() == 2
    for row in AuditEntry.objects.all():
        assert "•••" in row.details
        assert PASSWORD not in row.details


def test_deleting_users_in_django_one_by_one_and_many_at_once(
    office: Client, alice: User, bob: User
) -> None:
    office.post(f"/admin/accounts/user/{alice.pk}/delete/", {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [bob.pk], "post": "yes"}
    office.post("/admin/accounts/user/", chosen)
    assert not User.objects.filter(pk__in=[alice.pk, bob.pk]).exists()
    names = AuditEntry.objects.filter(act=Act.DELETE).values_list("owner_name", flat=True)
    assert set(names) == {alice.email, bob.email}


def test_what_is_done_in_wagtail(office: Client, alice: User, bob: User, groups: None) -> None:
    form = {"email": alice.email, "full_name": "Alice Changed", "is_active": "on"}
    office.post(f"/cms/users/edit/{alice.pk}/", form)
    assert "Full name: Alice Changed" in entry().details
    managers = Group.objects.get(name=roles.MANAGERS)
    bulk = f"/cms/bulk/accounts/user/{{}}/?next=/cms/users/&id={alice.pk}&id={bob.pk}"
    office.post(bulk.format("assign_role"), {"role": managers.pk})
    assert AuditEntry.objects.filter(details__contains="Managers").count() == 2
    office.post(bulk.format("set_active_state"), {"mark_as_active": "False"})
    assert AuditEntry.objects.filter(details__contains="Mark as active: no").count() == 2
    office.post(f"/cms/users/delete/{alice.pk}/")
    office.post(f"/cms/bulk/accounts/user/delete/?next=/cms/users/&id={bob.pk}")
    assert AuditEntry.objects.filter(act=Act.DELETE).count() == 2
    assert not User.objects.filter(pk__in=[alice.pk, bob.pk]).exists()


def test_groups_in_wagtail(office: Client) -> None:
    panels = office.get("/cms/groups/new/").context["permission_panels"]
    prefixes = [panel.prefix for panel in panels if hasattr(panel, "management_form")]
    form = {f"{each}-{name}_FORMS": "0" for each in prefixes for name in ("TOTAL", "INITIAL")}
    office.post("/cms/groups/new/", {"name": "Helpers", **form})
    group = Group.objects.get(name="Helpers")
    office.post(f"/cms/groups/delete/{group.pk}/")
    acts = AuditEntry.objects.filter(kind="auth.group").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["add", "delete"]


def test_who_may_read_it(
    login: Login, alice: User, manager: User, content_manager: User, admin: User
) -> None:
    for user, code in ((alice, 403), (content_manager, 403), (manager, 403), (admin, 200)):
        client = login(user)
        assert client.get(PAGE).status_code == code
        assert client.get(f"{PAGE}csv/").status_code == code
        assert ("/dashboard/audit/" in client.get("/dashboard/", follow=True).content.decode()) == (
            code == 200
        )
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")


def names(response: Any) -> list[str]:
    return [row.object_name for row in response.context["object_list"]]


def test_searching_and_filtering(
    office: Client, admin: User, manager: User, alice: User, bob: User
) -> None:
    alice.block(manager, "sold addresses")
    bob.block(admin, "spam")
    bob.unblock(admin)
    today = timezone.localdate().isoformat()
    for query, expected in (
        ({}, ["Bob Baker", "Bob Baker", "Alice Archer"]),
        ({"act": "block"}, ["Bob Baker", "Alice Archer"]),
        ({"actor": "MANAGER@"}, ["Alice Archer"]),
        ({"owner": "bob@", "act": "unblock"}, ["Bob Baker"]),
        ({"q": "sold"}, ["Alice Archer"]),
        ({"since": today, "until": today}, ["Bob Baker", "Bob Baker", "Alice Archer"]),
        ({"until": "2001-01-01"}, []),
        ({"since": "nonsense", "act": "x"}, ["Bob Baker", "Bob Baker", "Alice Archer"]),
    ):
        assert names(office.get(PAGE, query)) == expected, query


def test_the_file_holds_what_the_filters_keep_and_no_formula(
    office: Client, manager: User, alice: User, bob: User
) -> None:
    alice.full_name = "=cmd|' /C calc'!A0"
    alice.save()
    alice.block(manager, "@SUM(A1)")
    bob.block(manager, "other")
    answer = office.get(f"{PAGE}csv/", {"owner": "alice"})
    rows = list(csv.DictReader(b"".join(answer).decode().splitlines()))
    assert answer["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert len(rows) == 1
    assert rows[0]["name"] == "'=cmd|' /C calc'!A0"
    assert rows[0]["reason"] == "'@SUM(A1)"


def test_a_page_costs_the_same_with_a_thousand_entries(office: Client, alice: User) -> None:
    counts = []
    for number in (10, 990):
        AuditEntry.objects.bulk_create(
            AuditEntry(act=Act.CHANGE, owner=alice, kind="accounts.user", object_key=str(n))
            for n in range(number)
        )
        with CaptureQueriesContext(connection) as queries:
            assert office.get(PAGE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_administrators_read_it_in_django_and_change_nothing(office: Client, alice: User) -> None:
    row = AuditEntry.record(None, Act.CHANGE, alice)
    page = "/admin/accounts/auditentry/"
    assert office.get(page, {"q": "alice"}).status_code == 200
    assert office.get(f"{page}{row.pk}/change/").status_code == 200
    assert office.get(f"{page}add/").status_code == 403
    for path in (f"{row.pk}/change/", f"{row.pk}/delete/"):
        assert office.post(page + path, {"post": "yes", "reason": "x"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    office.post(page, chosen)
    assert entry().reason == ""
