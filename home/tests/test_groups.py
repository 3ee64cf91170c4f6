"""The groups, what each may do, and the command that repairs them."""

from collections.abc import Iterable
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from wagtail.models import (
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Site,
)

from accounts import roles
from accounts.models import User
from home.groups import GROUPS, Grants, ensure_groups

pytestmark = pytest.mark.django_db


def granted(group: Group) -> Grants:
    """Return what `group` may do, as the table would say it."""

    def names(permissions: Iterable[Permission]) -> tuple[str, ...]:
        return tuple(sorted(f"{p.content_type.app_label}.{p.codename}" for p in permissions))

    return Grants(
        everywhere=names(group.permissions.all()),
        on_home_pages=tuple(sorted(set(names(grant.permission for grant in on_pages(group))))),
        on_collections=names(grant.permission for grant in on_collections(group)),
    )


def on_pages(group: Group) -> Any:
    return GroupPagePermission.objects.filter(group=group)


def on_collections(group: Group) -> Any:
    return GroupCollectionPermission.objects.filter(group=group)


@pytest.fixture
def create_groups() -> str:
    """What the command prints."""
    out = StringIO()
    call_command("create_groups", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("name", GROUPS)
def test_migrate_makes_the_group_as_the_table_says(name: str) -> None:
    assert granted(Group.objects.get(name=name)) == GROUPS[name]


def test_there_are_no_other_groups() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(GROUPS)


def test_page_permissions_start_at_the_home_pages() -> None:
    editors = Group.objects.get(name=roles.CONTENT_MANAGERS)
    home = Site.objects.get(is_default_site=True).root_page
    homes = set(home.get_translations(inclusive=True))

    assert len(homes) == 2
    assert {grant.page for grant in on_pages(editors)} == homes


def test_what_is_there_is_left_alone(create_groups: str) -> None:
    assert create_groups == "The groups are complete.\n"


def test_a_lost_group_comes_back() -> None:
    Group.objects.get(name=roles.MANAGERS).delete()
    out = StringIO()

    call_command("create_groups", stdout=out)

    assert granted(Group.objects.get(name=roles.MANAGERS)) == GROUPS[roles.MANAGERS]
    assert "Added Managers: accounts.block_user" in out.getvalue()


def test_lost_permissions_come_back_of_every_kind() -> None:
    editors = Group.objects.get(name=roles.CONTENT_MANAGERS)
    editors.permissions.clear()
    on_pages(editors).filter(permission__codename="lock_page").delete()
    on_collections(editors).filter(permission__codename="add_image").delete()

    lost = len(GROUPS[roles.CONTENT_MANAGERS].everywhere) + 2 + 1

    assert len(ensure_groups()) == lost
    assert granted(editors) == GROUPS[roles.CONTENT_MANAGERS]


def test_permissions_that_no_longer_exist_are_made_anew() -> None:
    Permission.objects.filter(codename="oversee_mailing").delete()

    assert ensure_groups() == ["Managers: mailing.oversee_mailing"]


def test_what_an_administrator_added_stays() -> None:
    managers = Group.objects.get(name=roles.MANAGERS)
    extra = Permission.objects.get(codename="view_delivery")
    managers.permissions.add(extra)

    ensure_groups()

    assert extra in managers.permissions.all()


def test_members_stay_members(manager: User) -> None:
    ensure_groups()

    assert User.objects.get(pk=manager.pk).is_manager


def test_content_managers_approve_what_is_submitted() -> None:
    task = GroupApprovalTask.objects.get()

    assert [group.name for group in task.groups.all()] == [roles.CONTENT_MANAGERS]
