"""The data migrations, there and back."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from wagtail.models import GroupApprovalTask, GroupPagePermission, Locale, Page, Site

from blog.models import BlogPage
from blog.tests.factories import BlogPageFactory
from home.groups import GROUPS
from home.models import HomePage

pytestmark = pytest.mark.django_db

DATA_MIGRATIONS = [
    "0002_create_home_page_and_blog",
    "0003_create_groups",
    "0004_remove_wagtails_groups",
    "0006_page_trees_in_every_language",
]


@pytest.fixture(scope="module")
def historical_apps() -> Any:
    """The models as the last of our data migrations sees them."""
    loader = MigrationLoader(None)
    return loader.project_state([("home", DATA_MIGRATIONS[-1])]).apps


@pytest.fixture
def back_and_forth(historical_apps: Any) -> tuple[Callable[[], None], Callable[[], None]]:
    """Functions that undo the data migrations and do them again, without touching tables."""
    operations = [
        operation
        for name in DATA_MIGRATIONS
        for operation in import_module(f"home.migrations.{name}").Migration.operations
    ]

    def back() -> None:
        for operation in reversed(operations):
            operation.reverse_code(historical_apps, None)

    def forth() -> None:
        for operation in operations:
            operation.code(historical_apps, None)

    return back, forth


def test_backwards_leaves_what_wagtail_began_with(
    back_and_forth: tuple[Callable[[], None], Callable[[], None]],
) -> None:
    BlogPageFactory.create()
    back, _forth = back_and_forth

    back()

    assert set(Group.objects.values_list("name", flat=True)) == {"Editors", "Moderators"}
    assert GroupPagePermission.objects.filter(group__name="Moderators").count() == 5
    assert GroupApprovalTask.objects.get().groups.get().name == "Moderators"
    assert not HomePage.objects.exists()
    assert not BlogPage.objects.exists()
    welcome = Page.objects.get(depth=2)
    assert welcome.specific_class is Page
    assert Site.objects.get().root_page == welcome
    assert not any(Page.find_problems())


def test_forwards_again_makes_the_same(
    back_and_forth: tuple[Callable[[], None], Callable[[], None]], client: Client
) -> None:
    back, forth = back_and_forth

    back()
    forth()

    assert set(Group.objects.values_list("name", flat=True)) == set(GROUPS)
    assert [page.url for page in Page.objects.filter(depth__gt=1)] == [
        "/",
        "/blog/",
        "/ru/",
        "/ru/blog/",
    ]
    assert [locale.language_code for locale in Locale.objects.order_by("pk")] == ["en", "ru"]
    assert not any(Page.find_problems())
    assert client.get("/blog/").status_code == 200


def test_a_group_of_wagtails_with_members_is_kept(
    back_and_forth: tuple[Callable[[], None], Callable[[], None]], alice: Any
) -> None:
    back, forth = back_and_forth
    back()
    alice.groups.add(Group.objects.get(name="Editors"))

    forth()

    assert set(Group.objects.values_list("name", flat=True)) == {*GROUPS, "Editors"}
