"""Every way in leads through the one login: no other address takes a password."""

from collections.abc import Iterator

import pytest
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.admin.auth import require_admin_access

from accounts.cms import editors_only
from accounts.models import User
from accounts.tests.browsing import Login, is_logged_in, log_in, switch_on_second_factor
from accounts.tests.factories import PASSWORD, AdministratorFactory

pytestmark = pytest.mark.django_db

#: Addresses whose pattern is not plain text, with something put in.
EXAMPLES = ["/cms/password_reset/", "/cms/password_reset/confirm/MQ/set-password/"]


def plain_paths(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    """Yield every address of the site that has no variable part."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern).lstrip("^").rstrip("$").replace(r"\Z", "")
        if any(sign in path for sign in "<(["):
            continue
        if isinstance(pattern, URLPattern):
            yield path
        else:
            yield from plain_paths(pattern, path)


def test_a_correct_password_alone_opens_no_address_of_the_site() -> None:
    admin = AdministratorFactory.create()
    switch_on_second_factor(admin)
    names = ("login", "email", "username", "auth-username", "user")
    form = dict.fromkeys(names, admin.email) | {"password": PASSWORD}
    paths = [*plain_paths(get_resolver()), *EXAMPLES]
    assert {"/accounts/login/", "/admin/login/", "/cms/login/", "/_util/login/"} <= set(paths)
    for path in paths:
        client = Client(raise_request_exception=False)
        client.post(path, {**form, "next": "/admin/"})
        client.post(path, {**form, "next": "/admin/"})
        assert SESSION_KEY not in client.session, path


@pytest.mark.parametrize("path", ["/admin/login/", "/cms/login/", "/_util/login/"])
def test_other_logins_lead_to_the_one_login(client: Client, path: str) -> None:
    for response in (client.get(f"{path}?next=/cms/"), client.post(f"{path}?next=/cms/")):
        assert response["Location"] == "/accounts/login/?next=%2Fcms%2F"


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/", "/cms/", "/cms/users/"])
def test_strangers_are_led_to_the_one_login(client: Client, path: str) -> None:
    response = client.get(path, follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    assert response.status_code == 200


@pytest.mark.parametrize("path", EXAMPLES)
def test_other_password_resets_lead_to_the_one_reset(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == "/accounts/password/reset/"


@pytest.mark.parametrize("path", ["/cms/", "/cms/users/", "/cms/account/", "/cms/nothing-here/"])
def test_who_may_not_edit_is_refused_without_going_round_in_circles(
    login: Login, alice: User, manager: User, path: str
) -> None:
    for user in (alice, manager):
        assert login(user).get(path).status_code == 403


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/accounts/user/", "/admin/x/"])
def test_who_is_no_administrator_is_refused(
    login: Login, alice: User, manager: User, content_manager: User, path: str
) -> None:
    for user in (alice, manager, content_manager):
        assert login(user).get(path).status_code == 403


def test_an_administrator_cannot_become_somebody_else_by_password(
    login: Login, admin: User
) -> None:
    """Django's own view would take a password here from who is logged in already."""
    other = AdministratorFactory.create()
    switch_on_second_factor(other)
    client = login(admin)
    client.post("/admin/login/", {"username": other.email, "password": PASSWORD, "next": "/admin/"})
    assert client.session[SESSION_KEY] == str(admin.pk)


def test_those_who_may_come_in(login: Login, admin: User, content_manager: User) -> None:
    assert login(content_manager).get("/cms/").status_code == 200
    assert login(content_manager).get("/cms/users/")["Location"] == "/cms/"
    for path in ("/cms/", "/admin/", "/cms/users/", "/admin/accounts/user/"):
        assert login(admin).get(path).status_code == 200
    assert login(admin).get("/admin/login/?next=/admin/")["Location"] == "/admin/"
    assert login(admin).get("/admin/password_change/")["Location"] == "/accounts/password/change/"


def test_logging_in_at_the_cms_arrives_there(client: Client, content_manager: User) -> None:
    page = client.get("/cms/pages/")["Location"]
    assert page == "/accounts/login/?next=/cms/pages/"
    assert log_in(client, content_manager.email, wanted="/cms/pages/")["Location"] == "/cms/pages/"
    assert is_logged_in(client)


def test_wagtails_account_page_changes_neither_name_nor_address_nor_password(
    login: Login, content_manager: User
) -> None:
    client = login(content_manager)
    page = client.get("/cms/account/")
    assert page.status_code == 200
    assert "/dashboard/settings/" in page.content.decode()
    for name in ("name_email-email", "avatar-avatar", "password-new_password1"):
        assert f'name="{name}"' not in page.content.decode()
    client.post(
        "/cms/account/",
        {
            "name_email-email": "thief@example.org",
            "password-new_password1": "another password 1",
            "password-new_password2": "another password 1",
            "theme-theme": "dark",
            "theme-contrast": "system",
            "theme-density": "default",
        },
    )
    content_manager.refresh_from_db()
    assert content_manager.email == "editor@example.org"
    assert content_manager.check_password(PASSWORD)


def test_wagtail_speaks_the_users_language_in_the_users_zone(
    content_manager: User,
) -> None:
    User.objects.update(language="ru", time_zone="Asia/Tokyo")
    seen = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append((get_language(), timezone.get_current_timezone_name()))
        return HttpResponse()

    request = RequestFactory().get("/cms/")
    request.user = User.objects.get()
    editors_only(require_admin_access(page))(request)
    assert seen == [("ru", "Asia/Tokyo")]
