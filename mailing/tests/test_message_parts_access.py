"""Who may open the pages of a message's parts: versions, files, test letters, drafts, articles."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from blog.tests.factories import BlogPageFactory
from mailing.models import Attachment, MessageVersion, TrialLetter
from mailing.tests.factories import (
    AttachmentFactory,
    MessageFactory,
    MessageVersionFactory,
    TrialLetterFactory,
)
from mailing.tests.test_page_access import MESSAGE_PARTS

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]

#: For each page: the method that it takes, and what it answers its owner.
PARTS = {
    ("message_version", "get"): 200,
    ("message_version", "post"): 302,
    ("message_version_preview", "get"): 200,
    ("message_attachment", "get"): 200,
    ("message_detach", "post"): 302,
    ("message_attach", "post"): 302,
    ("message_test", "post"): 302,
    ("trial_letter", "get"): 302,
}
#: Pages that belong to nobody in particular.
COMMON = {
    ("message_draft", "post"): 200,
    ("message_layout", "get"): 200,
    ("message_from_article", "get"): 200,
    ("message_from_article", "post"): 302,
    ("message_article_preview", "get"): 200,
}


@pytest.fixture
def arguments(alice: User) -> dict[str, list[Any]]:
    """Return what the addresses of Alice's parts are made with."""
    message = MessageFactory.create(owner=alice)
    file = AttachmentFactory.create(owner=alice)
    message.attachments.add(file)
    MessageVersionFactory.create(message=message)
    version = MessageVersion.objects.get()
    trial = TrialLetterFactory.create(owner=alice, message=message)
    article = BlogPageFactory.create()
    return {
        "message_version": [message.pk, version.pk],
        "message_version_preview": [message.pk, version.pk],
        "message_attachment": [message.pk, file.pk],
        "message_detach": [message.pk, file.pk],
        "message_attach": [message.pk],
        "message_test": [message.pk],
        "trial_letter": [trial.pk],
        "message_draft": [],
        "message_layout": ["plain"],
        "message_from_article": [article.pk],
        "message_article_preview": [article.pk],
    }


def ask(client: Client, page: tuple[str, str], arguments: dict[str, list[Any]]) -> Any:
    name, method = page
    data = {"body_html": "<p>Hi</p>", "subject": "S"} if name == "message_draft" else {}
    return getattr(client, method)(reverse(f"mailing:{name}", args=arguments[name]), data)


def test_every_part_is_in_a_table() -> None:
    here = {name for name, _method in PARTS | COMMON}
    assert here | {"message_draft_letter"} == MESSAGE_PARTS


@pytest.mark.parametrize("page", PARTS | COMMON)
def test_owner_gets_in(
    page: tuple[str, str], arguments: dict[str, list[Any]], alice: User, login: Login
) -> None:
    assert ask(login(alice), page, arguments).status_code == (PARTS | COMMON)[page]


@pytest.mark.parametrize("page", PARTS)
def test_parts_of_another_owner_are_not_found(
    page: tuple[str, str], arguments: dict[str, list[Any]], bob: User, login: Login
) -> None:
    assert ask(login(bob), page, arguments).status_code == 404
    assert Attachment.objects.filter(messages__isnull=False).exists()
    assert TrialLetter.objects.count() == 1


@pytest.mark.parametrize("page", PARTS)
def test_parts_of_another_message_are_not_found(
    page: tuple[str, str], arguments: dict[str, list[Any]], bob: User, login: Login
) -> None:
    """Not even by way of one's own message."""
    if len(arguments[page[0]]) < 2:
        return
    arguments[page[0]][0] = MessageFactory.create(owner=bob).pk
    assert ask(login(bob), page, arguments).status_code == 404


@pytest.mark.parametrize("role", ["manager", "content_manager"])
@pytest.mark.parametrize("page", PARTS | COMMON)
def test_others_are_refused(
    page: tuple[str, str],
    role: str,
    arguments: dict[str, list[Any]],
    login: Login,
    request: pytest.FixtureRequest,
) -> None:
    assert ask(login(request.getfixturevalue(role)), page, arguments).status_code == 403


@pytest.mark.parametrize("page", PARTS | COMMON)
def test_strangers_are_led_to_the_login(
    page: tuple[str, str], arguments: dict[str, list[Any]], client: Client
) -> None:
    answer = ask(client, page, arguments)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(("name", "method"), [*PARTS, *COMMON])
def test_other_methods_change_nothing(
    name: str, method: str, arguments: dict[str, list[Any]], alice: User, login: Login
) -> None:
    taken = {each for page, each in PARTS | COMMON if page == name}
    for other in {"get", "post", "put", "delete", "patch"} - taken:
        answer = getattr(login(alice), other)(reverse(f"mailing:{name}", args=arguments[name]))
        assert answer.status_code == 405
