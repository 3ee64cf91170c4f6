"""Whose mailing is disabled is told why, by letter and by a notice that stays."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import AuditEntry, Letter, Notice, User
from accounts.tasks import send_letters
from mailing.models import Mailing
from mailing.tests.factories import MailingFactory
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
REASON = "Recipients have complained."


@pytest.fixture
def mailing(alice: User) -> Mailing:
    return MailingFactory.create(owner=alice, name="Spring letter", status="scheduled")


@pytest.fixture
def disabled(mailing: Mailing, manager: User, login: Login) -> Mailing:
    page = f"{mailing.get_absolute_url()}disable/"
    assert login(manager).post(page, {"reason": REASON}).status_code == 302
    return mailing


def enable(mailing: Mailing, manager: User, login: Login) -> None:
    assert login(manager).post(f"{mailing.get_absolute_url()}enable/").status_code == 302


def test_owner_gets_a_letter_with_the_reason_and_what_to_do(
    disabled: Mailing, mail_server: MailServer
) -> None:
    send_letters()
    letter = mail_server.to("alice@example.org")
    assert letter.letter["Subject"] == "The mailing “Spring letter” was disabled"
    for part in ("plain", "html"):
        for text in (REASON, "What you can do", disabled.get_absolute_url()):
            assert text in letter.part(part)


def test_the_letter_is_in_the_owners_language(
    mailing: Mailing, manager: User, login: Login, mail_server: MailServer
) -> None:
    User.objects.filter(pk=mailing.owner_id).update(language="ru")
    login(manager).post(f"{mailing.get_absolute_url()}disable/", {"reason": REASON})
    send_letters()
    assert "отключена" in mail_server.to("alice@example.org").letter["Subject"]


def test_the_notice_stays_until_it_is_dismissed(
    disabled: Mailing, alice: User, login: Login
) -> None:
    client = login(alice)
    for page in ("/dashboard/", "/dashboard/recipients/", "/dashboard/settings/"):
        assert REASON in client.get(page).content.decode()
    dismiss = f"/dashboard/notices/{Notice.objects.get().pk}/dismiss/"
    assert client.post(dismiss, {"next": "/dashboard/lists/"})["Location"] == "/dashboard/lists/"
    assert REASON not in client.get("/dashboard/recipients/").content.decode()
    assert client.post(dismiss).status_code == 404


def test_the_notice_is_in_the_language_of_the_page(
    disabled: Mailing, alice: User, login: Login
) -> None:
    User.objects.update(language="ru")
    page = login(alice).get("/dashboard/lists/").content.decode()
    assert "Менеджер отключил рассылку «Spring letter»" in page


def test_nobody_else_sees_or_dismisses_it(
    disabled: Mailing, bob: User, manager: User, login: Login
) -> None:
    notice = Notice.objects.get()
    for user in (bob, manager):
        client = login(user)
        assert REASON not in client.get("/dashboard/").content.decode()
        assert client.post(f"/dashboard/notices/{notice.pk}/dismiss/").status_code == 404
    assert Client().post(f"/dashboard/notices/{notice.pk}/dismiss/").status_code == 302
    assert Notice.objects.filter(pk=notice.pk).exists()


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "javascript:1", ""])
def test_dismissing_leads_nowhere_else(
    disabled: Mailing, alice: User, login: Login, page: str
) -> None:
    dismiss = f"/dashboard/notices/{Notice.objects.get().pk}/dismiss/"
    assert login(alice).post(dismiss, {"next": page})["Location"] == "/dashboard/"


def test_enabling_is_told_likewise_and_replaces_the_notice(
    disabled: Mailing, alice: User, manager: User, login: Login, mail_server: MailServer
) -> None:
    enable(disabled, manager, login)
    send_letters()
    subjects = [each.letter["Subject"].strip() for each in mail_server.accepted]
    assert subjects[-1] == "The mailing “Spring letter” is enabled again"
    assert "has enabled the mailing" in Notice.objects.get().text


def test_a_mail_server_that_is_down_loses_nothing(
    disabled: Mailing, mail_server: MailServer, settings: LazySettings
) -> None:
    port, settings.EMAIL_PORT = mail_server.port, 9
    send_letters()
    assert mail_server.accepted == []
    Letter.objects.update(next_try_at=Letter.objects.get().created_at)
    settings.EMAIL_PORT = port
    send_letters()
    assert mail_server.addresses == ["alice@example.org"]


def test_both_stand_in_the_audit_log(disabled: Mailing, manager: User, login: Login) -> None:
    enable(disabled, manager, login)
    rows = AuditEntry.objects.order_by("pk").values_list(
        "act", "actor_name", "owner_name", "kind", "object_name", "reason"
    )
    who = ("manager@example.org", "alice@example.org", "mailing.mailing", "Spring letter")
    assert list(rows) == [("disable", *who, REASON), ("enable", *who, "")]
