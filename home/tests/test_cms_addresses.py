"""Every address of the Wagtail admin, from the URL configuration, against every role."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver
from wagtail.models import Locale, Site

from accounts.models import User
from accounts.tests.browsing import Login
from blog.tests.factories import BlogPageFactory, ImageFactory, first_blog

pytestmark = pytest.mark.django_db

#: Everybody may open these: icons and texts of scripts, ways to our own reset of passwords, and a
#: page of Wagtail's that breaks on purpose.
OPEN = re.compile(r"wagtailadmin_(sprite|javascript_catalog|logout|password_reset.*|error_test)")
#: What content managers work with; elsewhere they find nothing. Wagtail also shows whoever edits
#: the names of approval tasks and a list of pages with forms, of which there are none.
THEIRS = re.compile(
    r"wagtailadmin_(home|pages|api|reports|explore.*|choose_page.*|account|editing_sessions|"
    r"tag_.*|block_preview|dismissibles|bulk_action)"
    r"|wagtail(images|docs)(_chooser)?|wagtail(redirects|embeds|_bulk_action)|simple_translation"
    r"|wagtailforms:index|wagtailadmin_workflows:task_cho"
    r"|article_views"
)
#: What is refused or leads away.
CLOSED = {302, 403, 404, 405}


@dataclass(frozen=True)
class Address:
    """An address with keys of things that exist, and the name of what is there."""

    name: str
    path: str

    @property
    def part(self) -> str:
        """The namespace, or the name where there is none."""
        return self.name.split(":")[0]


def patterns(urls: Any, start: str = "", names: str = "") -> Iterator[tuple[str, str]]:
    """Return route and full name of every address."""
    for each in urls:
        route = start + str(each.pattern).removeprefix("^")
        if isinstance(each, URLResolver):
            inner = ":".join(filter(None, (names, each.namespace)))
            yield from patterns(each.url_patterns, route, inner)
        else:
            yield route, ":".join(filter(None, (names, each.name or "")))


@pytest.fixture
def addresses(admin: User) -> list[Address]:
    """Every address under /cms/, for an article and a picture, and else for users."""
    article = BlogPageFactory.create()
    article.save_revision().publish()
    keys = {
        "app_name": "accounts",
        "app_label": "accounts",
        "model_name": "user",
        "content_type_app_name": "blog",
        "content_type_model_name": "blogpage",
        "parent_page_id": first_blog().pk,
        "page_id": article.pk,
        "page_pk": article.pk,
        "page_to_move_id": article.pk,
        "destination_id": first_blog().pk,
        "revision_id": article.latest_revision_id,
        "image_id": ImageFactory.create().pk,
        "action": "delete",
        "action_name": "publish",
        "filter_spec": "original",
    }

    def filled(match: re.Match[str]) -> str:
        return str(keys.get(match[1], admin.pk if "user" in match.string else 1))

    found = patterns(get_resolver().url_patterns)
    return [
        Address(name or "wagtailadmin_account", "/" + re.sub(r"<(?:\w+:)?(\w+)>", filled, route))
        for route, name in found
        if route.startswith("cms/") and not re.search(r"[(*]|login|test404", route)
    ]


def statuses(client: Client, addresses: list[Address]) -> dict[Address, int]:
    return {
        each: client.get(each.path).status_code for each in addresses if not OPEN.match(each.name)
    }


def test_the_url_configuration_is_walked(addresses: list[Address]) -> None:
    assert len(addresses) > 190
    assert {"wagtailusers_users", "wagtailsites", "wagtailredirects"} <= {a.part for a in addresses}
    assert all("<" not in each.path for each in addresses)


def test_strangers_are_led_to_the_login(client: Client, addresses: list[Address]) -> None:
    for each in addresses:
        if not OPEN.match(each.name):
            response = client.get(each.path)
            assert response.status_code in {302, 403, 404}, each
            if response.status_code == 302:
                assert response["Location"].startswith("/accounts/login/"), each


def test_owners_and_managers_are_refused_everywhere(
    login: Login, alice: User, manager: User, addresses: list[Address]
) -> None:
    for user in (alice, manager):
        found = statuses(login(user), addresses)
        assert {each: status for each, status in found.items() if status not in {403, 404}} == {}


def test_content_managers_find_what_they_work_with_and_nothing_else(
    login: Login, content_manager: User, addresses: list[Address]
) -> None:
    found = statuses(login(content_manager), addresses)

    opened = {each for each, status in found.items() if status not in CLOSED}
    assert {each for each in opened if not THEIRS.match(each.name)} == set()
    assert {each.part for each in opened} >= {
        "wagtailadmin_home",
        "wagtailadmin_pages",
        "wagtailadmin_reports",
        "wagtailimages",
        "wagtaildocs",
        "wagtailredirects",
        "simple_translation",
    }


def test_administrators_find_everything(
    login: Login, admin: User, addresses: list[Address]
) -> None:
    found = statuses(login(admin), addresses)
    indexes = ("users_users", "users_groups", "sites", "locales", "redirects")

    for name in indexes:
        (index,) = (each for each in found if each.name == f"wagtail{name}:index")
        assert found[index] == 200


@pytest.mark.parametrize("model", ["accounts/user", "wagtailcore/site", "wagtailcore/locale"])
@pytest.mark.parametrize("action", ["delete", "assign_role", "set_active_state"])
def test_content_managers_do_nothing_to_many_at_once_but_pages(
    login: Login, content_manager: User, alice: User, model: str, action: str
) -> None:
    path = f"/cms/bulk/{model}/{action}/?id={alice.pk}"

    client = login(content_manager)

    for response in (client.get(path), client.post(path)):
        assert response.status_code in CLOSED or "alice" not in response.content.decode()
    alice.refresh_from_db()
    assert alice.is_active
    assert Site.objects.exists()
    assert Locale.objects.count() == 2
