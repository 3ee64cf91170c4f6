"""The managers' list of users, and blocking from it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.browsing import Login, Response, is_logged_in
from accounts.tests.factories import (
    AdministratorFactory,
    ContentManagerFactory,
    ManagerFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/users/"


def emails(response: Response) -> list[str]:
    return [user.email for user in response.context["object_list"]]


def test_who_may_see_it(
    login: Login, alice: User, manager: User, content_manager: User, admin: User
) -> None:
    for user, code in ((alice, 403), (content_manager, 403), (manager, 200), (admin, 200)):
        assert login(user).get(PAGE).status_code == code
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/?next=")


def test_it_shows_who_has_an_account_and_in_which_state(
    login: Login, manager: User, alice: User, bob: User
) -> None:
    UserFactory.create(email="waiting@example.org", confirmed=False)
    bob.block(manager, "sent spam")
    page = login(manager).get(PAGE).content.decode()
    for text in ("Alice Archer", "waiting@example.org", "Not confirmed", "Blocked", "sent spam"):
        assert text in page


def test_searching_sorting_and_filtering(
    login: Login, manager: User, alice: User, bob: User
) -> None:
    client = login(manager)
    bob.block(manager, "spam")
    assert emails(client.get(PAGE, {"q": "ARCHER"})) == [alice.email]
    assert emails(client.get(PAGE, {"q": "nobody like this"})) == []
    assert emails(client.get(PAGE, {"sort": "email"})) == sorted(
        [alice.email, bob.email, manager.email]
    )
    assert emails(client.get(PAGE, {"sort": "-email"}))[0] == manager.email
    assert emails(client.get(PAGE, {"state": "blocked"})) == [bob.email]
    for strange in ({"sort": "password"}, {"page": "x"}, {"state": "x"}, {"q": "\0"}):
        assert len(emails(client.get(PAGE, strange))) == 3


def test_the_number_of_queries_does_not_grow_with_the_users(login: Login, manager: User) -> None:
    client = login(manager)
    counts = []
    for number in (10, 990):
        users = [UserFactory.build(last_login=None) for _ in range(number)]
        for user in users:
            user.email = user.email.lower()
        User.objects.bulk_create(users)
        ContentManagerFactory.create()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(PAGE)
        assert response.status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] < 12


def test_only_users_who_may_be_blocked_have_a_button(
    login: Login, manager: User, alice: User, admin: User
) -> None:
    ManagerFactory.create()
    page = login(manager).get(PAGE).content.decode()
    assert page.count("/block/") == 1
    assert f"/dashboard/users/{alice.pk}/block/" in page


def test_blocking_asks_for_a_reason(login: Login, manager: User, alice: User) -> None:
    client, page = login(manager), f"{PAGE}{alice.pk}/block/"
    assert alice.email in client.get(page).content.decode()
    assert User.objects.get(pk=alice.pk).is_active
    for reason in ("", "   ", "x" * 1001):
        assert "reason" in client.post(page, {"reason": reason}).context["form"].errors
    response = client.post(page, {"reason": "sent spam"}, follow=True)
    assert f"{alice.email} is blocked." in response.content.decode()
    alice.refresh_from_db()
    assert (alice.is_active, alice.blocked_by, alice.blocked_reason) == (
        False,
        manager,
        "sent spam",
    )


def test_blocking_ends_sessions_and_unblocking_lets_in_again(
    login: Login, manager: User, alice: User
) -> None:
    client, page = login(manager), f"{PAGE}{alice.pk}/"
    victim = login(alice)
    client.post(f"{page}block/", {"reason": "spam"})
    assert not is_logged_in(victim)
    assert "spam" in client.get(f"{page}unblock/").content.decode()
    assert User.objects.get(pk=alice.pk).is_blocked
    client.post(f"{page}unblock/")
    assert not is_logged_in(victim)
    alice.refresh_from_db()
    assert is_logged_in(login(alice))


def test_a_second_block_does_not_replace_the_first(
    login: Login, manager: User, admin: User, alice: User
) -> None:
    login(manager).post(f"{PAGE}{alice.pk}/block/", {"reason": "first"})
    response = login(admin).post(f"{PAGE}{alice.pk}/block/", {"reason": "second"}, follow=True)
    assert "blocked already" in response.content.decode()
    assert User.objects.get(pk=alice.pk).blocked_reason == "first"


@pytest.mark.parametrize("action", ["block", "unblock"])
def test_whom_a_manager_may_not_block(
    login: Login, manager: User, admin: User, action: str
) -> None:
    staff = UserFactory.create(is_staff=True)
    client = login(manager)
    for user in (manager, admin, staff, ManagerFactory.create()):
        path = f"{PAGE}{user.pk}/{action}/"
        assert client.get(path).status_code == 403
        assert client.post(path, {"reason": "mutiny"}).status_code == 403
        assert User.objects.get(pk=user.pk).is_active
    assert client.get(f"{PAGE}999999/{action}/").status_code == 404


def test_whom_an_administrator_may_block(
    login: Login, admin: User, manager: User, content_manager: User
) -> None:
    client = login(admin)
    for user in (manager, content_manager):
        client.post(f"{PAGE}{user.pk}/block/", {"reason": "left us"})
        assert User.objects.get(pk=user.pk).is_blocked
    for user in (admin, AdministratorFactory.create()):
        assert client.post(f"{PAGE}{user.pk}/block/", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("action", ["block", "unblock"])
def test_others_may_block_nobody(
    login: Login, alice: User, bob: User, content_manager: User, action: str
) -> None:
    path = f"{PAGE}{bob.pk}/{action}/"
    for user in (alice, content_manager):
        assert login(user).post(path, {"reason": "x"}).status_code == 403
        assert login(user).get(f"{PAGE}999999/{action}/").status_code == 403
    assert Client().post(path, {"reason": "x"})["Location"].startswith("/accounts/login/")
    assert User.objects.get(pk=bob.pk).is_active


def test_roles_are_told_apart(
    login: Login, manager: User, alice: User, content_manager: User, admin: User
) -> None:
    client = login(manager)
    for role, expected in (
        ("owner", alice),
        ("manager", manager),
        ("content_manager", content_manager),
        ("administrator", admin),
    ):
        assert emails(client.get(PAGE, {"role": role})) == [expected.email]
    assert len(emails(client.get(PAGE, {"role": "emperor"}))) == 4


def test_a_users_page_tells_every_block_and_who_set_it(
    login: Login, manager: User, alice: User
) -> None:
    client, page = login(manager), f"{PAGE}{alice.pk}/"
    assert "never blocked" in client.get(page).content.decode()
    for reason in ("first reason", "second reason"):
        alice.block(manager, reason)
        alice.unblock(manager)
    text = client.get(page).content.decode()
    for words in ("first reason", "second reason", manager.email, "Alice Archer", "never"):
        assert words in text
    assert f"{page}block/" in text
    assert client.get(f"{PAGE}999999/").status_code == 404


def test_a_users_page_offers_no_block_of_who_may_not_be_blocked(
    login: Login, manager: User, admin: User
) -> None:
    for user in (manager, admin):
        assert "/block/" not in login(manager).get(f"{PAGE}{user.pk}/").content.decode()
