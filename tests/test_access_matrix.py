"""Every address of the URL configuration × every role × every method, by one table."""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import Notice, User
from blog.tests.factories import BlogPageFactory
from home.tests.test_cms_addresses import CLOSED, OPEN, THEIRS, Address, addresses, patterns
from mailing.models import MessageVersion, RecipientChange
from mailing.tests.factories import (
    AttachmentFactory,
    DeliveryFactory,
    ImportFactory,
    MailingFactory,
    MessageFactory,
    PictureFactory,
    RecipientFactory,
    RecipientListFactory,
    SegmentFactory,
    SuppressionFactory,
    TrialLetterFactory,
)
from mailing.views.previews import draft_key
from tests.access_table import (
    ADDRESSES,
    ANY,
    KINDS,
    LOGIN,
    METHODS,
    PAGE,
    REFUSED,
    ROLES,
    TAKEN,
    Row,
)

__all__ = ["addresses"]
pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]

#: The two admins have rules of their own below. Nobody owns what is there, so "other" is "owner".
APART = ("admin/", "cms/")
ROLES_APART = [role for role in ROLES if role != "other"]
#: A method that is not taken, of an object that is not the visitor's: one or the other is said.
HIDDEN = "hidden"
#: The second of these leads to the first.
LOGINS = ("/accounts/login/", "/admin/login/")
#: What breaks in Wagtail's own views, for somebody who is allowed, when a request comes that no
#: page of it makes: a form without a field that it always has, or (of locales) a method that goes
#: past the form which says that a language in use stays. Nothing is changed by any of them.
BROKEN_IN_WAGTAIL = {
    ("POST", "wagtailadmin_pages:add"),  # no body-count
    ("POST", "wagtailadmin_pages:edit"),
    ("POST", "wagtailadmin_pages:revisions_revert"),
    ("POST", "wagtailadmin_pages:copy"),  # no new_parent_page
    ("POST", "wagtailadmin_choose_page_external_link"),  # no address
    ("POST", "wagtailredirects:process_import"),  # no file
    ("DELETE", "wagtaillocales:delete"),
}


@dataclass
class Visitor:
    """Somebody with a browser; what they do is undone at once."""

    role: str
    client: Client

    def ask(self, method: str, path: str) -> tuple[int, str]:
        """Return the status of the answer, and where it leads."""
        cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}
        with transaction.atomic():
            answer = self.client.generic(method, path)
            if getattr(answer, "streaming", False):
                list(answer)
            transaction.set_rollback(True)
        self.client.cookies.clear()
        self.client.cookies.load(cookies)
        return answer.status_code, answer.get("Location", "")


@pytest.fixture
def visitor(
    role: str, settings: LazySettings, login: Login, request: pytest.FixtureRequest
) -> Visitor:
    """Whoever has the role; the blocked one had logged in before."""
    settings.ACCOUNT_RATE_LIMITS = False
    logging.disable(logging.CRITICAL)
    request.addfinalizer(lambda: logging.disable(logging.NOTSET))  # noqa: PT021
    if role == "anonymous":
        client = Client()
    elif role == "blocked":
        user = request.getfixturevalue("alice")
        client = login(user)
        user.block(None, "spam")
    else:
        names = {"owner": "alice", "other": "bob", "editor": "content_manager"}
        client = login(request.getfixturevalue(names.get(role, role)))
    client.raise_request_exception = False
    return Visitor(role, client)


@pytest.fixture
def things(alice: User) -> dict[str, int]:
    """What the owner has, by the names that the table uses."""
    mailing = MailingFactory.create(owner=alice, status="scheduled")
    delivery: Any = DeliveryFactory.create(attempt__mailing__owner=alice)
    Notice.post(alice, Notice.Level.WARNING, "Look", {}, "/dashboard/")
    on_list = RecipientFactory.create(owner=alice)
    on_list.lists.add(RecipientListFactory.create(owner=alice))
    message = MessageFactory.create(owner=alice)
    MessageVersion.objects.record(message)
    message.attachments.add(AttachmentFactory.create(owner=alice))
    cache.set(draft_key(alice, "newletter"), "<p>A letter that is being written</p>")
    victim = User.objects.create_user("victim@example.org")
    return {
        "user": victim.pk,
        "recipient": RecipientFactory.create(owner=alice).pk,
        "import": ImportFactory.create(owner=alice).pk,
        "segment": SegmentFactory.create(owner=alice).pk,
        "change": RecipientChange.objects.create(
            owner=alice, action="delete", criteria={}, total=1, until_key=1
        ).pk,
        "list": on_list.lists.get().pk,
        "member": on_list.pk,
        "message": message.pk,
        "version": message.versions.get().pk,
        "attachment": message.attachments.get().pk,
        "trial": TrialLetterFactory.create(owner=alice).pk,
        "picture": PictureFactory.create(owner=alice).pk,
        "article": BlogPageFactory.create().pk,
        "mailing": mailing.pk,
        "attempt": delivery.attempt.pk,
        "suppression": SuppressionFactory.create(owner=alice).pk,
        "notice": alice.notices.get().pk,
    }


every_role = pytest.mark.parametrize("role", ROLES)


def path_of(name: str, row: Row, things: dict[str, int]) -> str:
    if name.startswith("/"):
        return name
    return reverse(name.split(" ")[0], args=[things.get(each, each) for each in row.arguments])


def expected(row: Row, role: str, method: str) -> str:
    """Return what the table says: who may not come in learns nothing about methods."""
    cell: str = getattr(KINDS[row.kind], role)
    if cell in {LOGIN, "403"}:
        return cell
    if method not in TAKEN[row.methods]:
        if cell != "404":
            return "405"
        return ANY if method == "OPTIONS" else HIDDEN
    # what OPTIONS answers are the methods, which are the same for every object there may be
    return cell if row.methods == "function" or method != "OPTIONS" else ANY


def fits(cell: str, status: int, location: str) -> bool:
    if cell == ANY:
        return status < 500 or status == 503  # a site without a worker is not ready
    if cell == HIDDEN:
        return status in {404, 405}
    if cell == LOGIN:
        return status == 302 and location.startswith(LOGINS)
    if cell == PAGE:
        return status < 400 and not location.startswith(LOGINS)
    return status == (403 if cell == REFUSED else int(cell))


def test_every_address_is_in_the_table(things: dict[str, int]) -> None:
    found = {
        name or "/" + re.sub(r"<[^>]*>", "no-such-key", route)
        for route, name in patterns(get_resolver().url_patterns)
        if not route.startswith(APART)
    }
    assert {name.split(" ")[0] for name in ADDRESSES} == found


@every_role
def test_what_the_table_says_is_so(visitor: Visitor, role: str, things: dict[str, int]) -> None:
    wrong = []
    for name, row in ADDRESSES.items():
        path = path_of(name, row, things)
        for method in METHODS:
            cell = expected(row, role, method)
            status, location = visitor.ask(method, path)
            if not (fits(cell, status, location)):
                wrong.append(f"{method} {name}: {cell} expected, {status} {location}")
    assert not wrong, "\n".join(wrong)


def admin_paths() -> Iterator[str]:
    for route, _name in patterns(get_resolver().url_patterns):
        if route.startswith("admin/") and "login" not in route and "logout" not in route:
            yield "/" + re.sub(r"<[^>]*>|\(\?P.*\)\$?", "1", route)


@pytest.mark.parametrize("role", ROLES_APART)
def test_djangos_admin_is_for_administrators(visitor: Visitor, role: str) -> None:
    wrong = []
    cell = LOGIN if role in {"anonymous", "blocked"} else ANY if role == "admin" else "403"
    for path in admin_paths():
        for method in METHODS:
            status, location = visitor.ask(method, path)
            if not fits(cell, status, location):
                wrong.append(f"{method} {path}: {cell} expected, {status} {location}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES_APART)
def test_wagtails_admin_is_for_editors(
    visitor: Visitor, role: str, addresses: list[Address]
) -> None:
    wrong = []
    for each in addresses:
        if OPEN.match(each.name):
            continue
        for method in METHODS:
            is_inside = role == "admin" or (role == "editor" and THEIRS.match(each.name))
            status, location = visitor.ask(method, each.path)
            if is_inside:
                is_right = status < 500 or (method, each.name) in BROKEN_IN_WAGTAIL
            elif role == "editor":
                is_right = status in CLOSED
            elif role in {"anonymous", "blocked"} and status == 302:
                is_right = location.startswith(LOGINS)
            else:
                is_right = status in {403, 404, 405}
            if not is_right:
                wrong.append(f"{method} {each.path}: {status} {location}")
    assert not wrong, "\n".join(wrong)
