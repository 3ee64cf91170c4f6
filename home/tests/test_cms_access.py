"""What content managers, managers and owners reach of the two admins."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from blog.tests.factories import first_blog
from home.tests.factories import first_home

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]


@pytest.mark.parametrize(
    "address",
    [
        "/cms/",
        "/cms/pages/",
        "/cms/images/",
        "/cms/images/add/",
        "/cms/documents/",
        "/cms/redirects/",
        "/cms/reports/site-history/",
        "/cms/account/",
    ],
)
def test_content_managers_may_open(address: str, content_manager: User, login: Login) -> None:
    assert login(content_manager).get(address, follow=True).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/cms/users/",
        "/cms/users/add/",
        "/cms/groups/",
        "/cms/sites/",
        "/cms/collections/",
        "/cms/workflows/list/",
        "/cms/locales/",
        "/admin/",
        "/admin/accounts/user/",
        "/admin/mailing/mailing/",
    ],
)
def test_content_managers_may_not_open(address: str, content_manager: User, login: Login) -> None:
    assert login(content_manager).get(address).status_code != 200


@pytest.mark.parametrize("address", ["/cms/", "/cms/pages/", "/admin/", "/cms/users/"])
def test_managers_and_owners_open_neither_admin(
    address: str, manager: User, alice: User, login: Login
) -> None:
    for user in (manager, alice):
        assert login(user).get(address).status_code != 200


def test_content_managers_edit_home_and_blog(content_manager: User, login: Login) -> None:
    editor = login(content_manager)

    for page in (first_home(), first_blog()):
        assert editor.get(f"/cms/pages/{page.pk}/edit/").status_code == 200


def test_content_managers_cannot_write_beside_the_home_page(
    content_manager: User, login: Login
) -> None:
    root = first_home().get_parent()

    assert login(content_manager).get(f"/cms/pages/{root.pk}/add_subpage/").status_code != 200


def test_the_menu_offers_what_may_be_opened(content_manager: User, login: Login) -> None:
    page = login(content_manager).get("/cms/").content.decode()

    assert "/cms/images/" in page
    assert "/cms/users/" not in page
    assert "/cms/sites/" not in page
