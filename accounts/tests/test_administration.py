"""Users made and changed in Wagtail's and Django's admin can log in like all others."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client

from accounts import roles
from accounts.models import User
from accounts.tests.browsing import (
    Login,
    is_logged_in,
    log_in,
    sent_letters,
    switch_on_second_factor,
)
from accounts.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
NEW = {"email": "New.Person@Example.ORG", "full_name": "New Person"}
PASSWORDS = {"password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def office(login: Login, admin: User) -> Client:
    """A browser in which an administrator is logged in."""
    return login(admin)


def assert_can_log_in(email: str) -> None:
    client = Client()
    log_in(client, email)
    assert is_logged_in(client)


def assert_only_address(user: User, email: str) -> None:
    rows = EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary")
    assert list(rows) == [(email, True, True)]


def test_making_a_user_in_wagtail(office: Client, groups: None) -> None:
    managers = Group.objects.get(name=roles.MANAGERS)
    response = office.post("/cms/users/new/", {**NEW, **PASSWORDS, "groups": managers.pk})
    assert response.status_code == 302
    user = User.objects.get(email="new.person@example.org")
    assert (user.full_name, user.is_manager, user.is_staff) == ("New Person", True, False)
    assert_only_address(user, user.email)
    assert_can_log_in(user.email)


def test_making_a_user_in_wagtail_without_password(office: Client) -> None:
    office.post("/cms/users/new/", NEW)
    user = User.objects.get(email="new.person@example.org")
    assert not user.has_usable_password()
    Client().post("/accounts/password/reset/", {"email": user.email})
    assert sent_letters()[-1].subject == "Choose a new password"


def test_an_administrator_made_in_wagtail_is_one_in_django_too(
    office: Client, login: Login
) -> None:
    office.post("/cms/users/new/", {**NEW, **PASSWORDS, "is_superuser": "on"})
    user = User.objects.get(email="new.person@example.org")
    assert login(user).get("/admin/").status_code == 200
    office.post(f"/cms/users/edit/{user.pk}/", {**NEW, "is_active": "on"})
    assert login(user).get("/admin/").status_code == 403


def test_making_a_user_in_django(office: Client) -> None:
    response = office.post(
        "/admin/accounts/user/add/", {**NEW, **PASSWORDS, "usable_password": "true"}
    )
    assert response.status_code == 302
    user = User.objects.get(email="new.person@example.org")
    assert_only_address(user, user.email)
    assert_can_log_in(user.email)


@pytest.mark.parametrize("path", ["/cms/users/new/", "/admin/accounts/user/add/"])
def test_both_refuse_bad_input_by_field(office: Client, alice: User, path: str) -> None:
    good = {**NEW, **PASSWORDS, "usable_password": "true"}
    for field, value in (("email", "ALICE@example.org"), ("email", ""), ("password2", "other")):
        response = office.post(path, {**good, field: value})
        form = response.context.get("form") or response.context["adminform"].form
        assert field in form.errors, (field, value)


def django_form(user: User, **changes: str) -> dict[str, str]:
    """Return what Django's admin posts for a user."""
    inline = {f"authenticator_set-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    form = {"email": user.email, "full_name": user.full_name, "time_zone": "UTC"}
    return {**inline, **form, "is_active": "on", **changes}


def test_changing_an_address_in_either_keeps_the_addresses_in_step(
    office: Client, alice: User
) -> None:
    EmailAddress.objects.create(user=alice, email="pending@example.org")
    office.post(
        f"/cms/users/edit/{alice.pk}/",
        {"email": "Second@example.org", "full_name": "Alice", "is_active": "on"},
    )
    alice.refresh_from_db()
    assert_only_address(alice, "second@example.org")
    office.post(
        f"/admin/accounts/user/{alice.pk}/change/", django_form(alice, email="Third@example.org")
    )
    alice.refresh_from_db()
    assert_only_address(alice, "third@example.org")
    assert_can_log_in("third@example.org")


def test_switching_a_user_off_in_wagtail_ends_the_sessions_for_good(
    office: Client, login: Login, alice: User
) -> None:
    client = login(alice)
    form = {"email": alice.email, "full_name": "Alice"}
    office.post(f"/cms/users/edit/{alice.pk}/", form)
    assert not is_logged_in(client)
    office.post(f"/cms/users/edit/{alice.pk}/", {**form, "is_active": "on"})
    client = login_with_cookie(client)
    assert not is_logged_in(client)
    assert_can_log_in(alice.email)


def login_with_cookie(client: Client) -> Client:
    """Return a browser that kept the cookie of another."""
    copy = Client()
    copy.cookies = client.cookies
    return copy


def test_switching_a_user_off_in_django_ends_the_sessions_for_good(
    office: Client, login: Login, alice: User
) -> None:
    client = login(alice)
    path = f"/admin/accounts/user/{alice.pk}/change/"
    form = django_form(alice)
    form.pop("is_active")
    assert office.post(path, form).status_code == 302
    assert not is_logged_in(client)
    office.post(path, django_form(alice))
    assert not is_logged_in(client)
    assert_can_log_in(alice.email)


def test_switching_many_users_off_and_on_in_wagtail(
    office: Client, login: Login, alice: User, bob: User
) -> None:
    client = login(alice)
    bob.block(by=None, reason="spam")
    path = "/cms/bulk/accounts/user/set_active_state/?next=/cms/users/"
    path += "".join(f"&id={user.pk}" for user in (alice, bob))
    office.post(path, {"mark_as_active": "False"})
    assert not User.objects.get(pk=alice.pk).is_active
    assert office.post(path, {"mark_as_active": "True"}).status_code == 302
    assert User.objects.get(pk=alice.pk).is_active
    assert not User.objects.get(pk=bob.pk).is_active
    assert not is_logged_in(client)


@pytest.mark.parametrize("path", ["/cms/users/edit/{}/", "/admin/accounts/user/{}/change/"])
def test_a_block_is_not_lifted_by_a_tick(office: Client, alice: User, path: str) -> None:
    alice.block(by=None, reason="spam")
    response = office.post(path.format(alice.pk), django_form(alice))
    assert "Lift the block" in response.content.decode()
    assert User.objects.get(pk=alice.pk).is_blocked


def test_lists_search_by_name_and_address(office: Client, alice: User, bob: User) -> None:
    for path in ("/cms/users/", "/admin/accounts/user/"):
        page = office.get(path, {"q": "archer"}).content.decode()
        assert alice.email in page
        assert bob.email not in page


def test_an_administrator_takes_a_lost_second_factor_away(office: Client, alice: User) -> None:
    switch_on_second_factor(alice)
    path = f"/admin/accounts/user/{alice.pk}/change/"
    form = django_form(alice)
    form |= {f"authenticator_set-{name}_FORMS": "2" for name in ("TOTAL", "INITIAL")}
    for number, factor in enumerate(Authenticator.objects.filter(user=alice).order_by("pk")):
        prefix = f"authenticator_set-{number}"
        form |= {f"{prefix}-id": f"{factor.pk}", f"{prefix}-user": f"{alice.pk}"}
        form[f"{prefix}-DELETE"] = "on"
    assert office.post(path, form).status_code == 302
    assert_can_log_in(alice.email)


def test_a_picture_is_shown_in_wagtail(office: Client, admin: User) -> None:
    admin.avatar.name = "avatars/x.webp"
    admin.save()
    assert "/media/avatars/x.webp" in office.get("/cms/").content.decode()
