"""Nothing English is left on a page for people who read Russian."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.tests.browsing import switch_on_second_factor
from mailing.links import unsubscribe_url
from mailing.models import Attempt, Delivery, Mailing
from mailing.tests.factories import (
    AttemptFactory,
    DeliveryFactory,
    MailingFactory,
    MessageFactory,
    RecipientFactory,
    RecipientListFactory,
    SuppressionFactory,
)
from mailing.views.actions import BY_NAME
from tests.english import english_on

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]

WITHOUT_A_ROW = [
    *("home", "recipients", "recipient_create", "recipients_import", "lists", "list_create"),
    *("messages", "message_create", "mailings", "mailing_create", "mailing_calendar"),
    *("message_begin", "message_articles", "pictures"),
    *("suppressions", "suppression_create", "reports"),
]
WITH_A_ROW = [
    *("recipient_detail", "recipient_edit", "recipient_delete"),
    *("list_detail", "list_edit", "list_delete"),
    *("message_detail", "message_edit", "message_delete", "message_versions"),
    *("mailing_detail", "mailing_edit", "mailing_recipients", "mailing_time", "mailing_review"),
    *("mailing_plan", "mailing_delete", "attempt_detail", "attempt_why", "suppression_delete"),
]
FORMS = {
    "recipient_create": {"email": "кто-то", "attributes": "Город"},
    "recipients_import": {},
    "list_create": {},
    "message_create": {"name": "Новости", "subject": "{{ город }}", "body_html": "{{"},
    "pictures": {},
    "mailing_create": {"reply_to": "я"},
    "suppression_create": {"email": "кто-то"},
}
STEPS = {
    "mailing_edit": {"reply_to": "я"},
    "mailing_recipients": {"recipients": "nobody@example.org"},
    "mailing_time": {"starts_at": "завтра"},
}
ENTRANCE = ["login", "signup", "logout", "reset_password", "reset_password_done"]
ENTRANCE += ["change_password", "set_password", "email", "email_verification_sent", "inactive"]


@pytest.fixture
def vera(alice: User) -> User:
    """An owner who reads Russian."""
    alice.full_name, alice.language = "Вера Климова", "ru"
    alice.save()
    return alice


@pytest.fixture
def visitor() -> Client:
    """A browser that was told to show Russian."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    return client


@pytest.fixture
def rows(vera: User) -> dict[str, Any]:
    """Make one thing of everything; return the keys of the rows by the start of a page's name."""
    readers = RecipientListFactory.create(owner=vera, name="Читатели")
    reader = RecipientFactory.create(owner=vera, full_name="Анна Бунина", lists=[readers])
    message = MessageFactory.create(
        owner=vera, name="Новости", subject="Осень", body_html="<p>Здравствуйте!</p>"
    )
    mailing = MailingFactory.create(
        owner=vera, message=message, name="Письмо", lists=[readers], disabled_reason="Жалобы"
    )
    attempt = AttemptFactory.create(mailing=mailing, trouble_since=timezone.now(), dry_run=True)
    for state in Delivery.State:
        DeliveryFactory.create(
            attempt=attempt, recipient__full_name="Читатель", state=state, reason="no_answer"
        )
    suppression = SuppressionFactory.create(owner=vera, email=reader.email)
    return {
        "recipient": reader.pk,
        "list": readers.pk,
        "message": message.pk,
        "mailing": mailing.pk,
        "attempt": attempt.pk,
        "suppression": suppression.pk,
    }


def url(page: str, rows: dict[str, Any]) -> str:
    return reverse(f"mailing:{page}", args=[rows[page.split("_")[0]]] if page in WITH_A_ROW else [])


def shown(client: Client, path: str) -> str:
    response = client.get(path, follow=True)
    assert response.status_code == 200
    html = response.content.decode()
    assert '<html lang="ru">' in html
    return html


@pytest.mark.parametrize("page", WITHOUT_A_ROW + WITH_A_ROW)
def test_the_dashboard_of_an_owner(
    login: Login, vera: User, rows: dict[str, Any], page: str
) -> None:
    assert not english_on(shown(login(vera), url(page, rows)))


@pytest.mark.parametrize("page", WITHOUT_A_ROW)
def test_the_dashboard_of_somebody_new(login: Login, vera: User, page: str) -> None:
    assert not english_on(shown(login(vera), url(page, {})))


@pytest.mark.parametrize("page", STEPS)
def test_what_is_wrong_with_a_step(
    login: Login, vera: User, rows: dict[str, Any], page: str
) -> None:
    html = login(vera).post(url(page, rows), STEPS[page]).content.decode()
    assert "error-summary" in html
    assert not english_on(html)


@pytest.mark.parametrize("page", FORMS)
def test_what_is_wrong_with_a_form(login: Login, vera: User, page: str) -> None:
    html = login(vera).post(url(page, {}), FORMS[page]).content.decode()
    assert "error-summary" in html
    assert not english_on(html)


@pytest.mark.parametrize("action", BY_NAME)
def test_what_is_done_to_a_mailing(
    login: Login, vera: User, rows: dict[str, Any], action: str
) -> None:
    path = reverse("mailing:mailing_action", args=[rows["mailing"], action])
    client = login(vera)
    for status in Mailing.Status:
        Attempt.objects.update(status=Attempt.Status.SUCCESS, finished_at=timezone.now())
        Mailing.objects.update(status=status)
        assert not english_on(client.get(path, follow=True).content.decode())
        assert not english_on(client.post(path, follow=True).content.decode())


def test_what_a_manager_does_to_a_mailing(
    login: Login, manager: User, rows: dict[str, Any]
) -> None:
    User.objects.update(language="ru", full_name="Мария")
    Attempt.objects.update(status=Attempt.Status.SUCCESS, finished_at=timezone.now())
    client = login(manager)
    for action, notice in {"disable": "отключена", "enable": "теперь приостановлена"}.items():
        path = reverse("mailing:mailing_action", args=[rows["mailing"], action])
        assert not english_on(client.get(path, follow=True).content.decode())
        page = client.post(path, {"reason": "Жалобы"}, follow=True).content.decode()
        assert f"Рассылка «Письмо» {notice}" in page
        assert not english_on(page)


def test_a_manager_who_gives_no_reason_is_asked_for_one(
    login: Login, manager: User, rows: dict[str, Any]
) -> None:
    User.objects.update(language="ru", full_name="Мария")
    path = reverse("mailing:mailing_action", args=[rows["mailing"], "disable"])
    html = login(manager).post(path).content.decode()
    assert "Исправьте, пожалуйста" in html
    assert not english_on(html)


@pytest.mark.parametrize("page", ["home", "mailings", "mailing_detail", "attempt_detail"])
def test_the_dashboard_of_a_manager(
    login: Login, manager: User, rows: dict[str, Any], page: str
) -> None:
    User.objects.update(language="ru", full_name="Мария")
    assert not english_on(shown(login(manager), url(page, rows)))


@pytest.mark.parametrize("page", ["users", "user_block", "user_unblock"])
def test_the_pages_about_users(login: Login, manager: User, vera: User, page: str) -> None:
    User.objects.update(language="ru", full_name="Мария")
    vera.block(None, "Жалобы")
    path = reverse(f"accounts:{page}", args=[] if page == "users" else [vera.pk])
    assert not english_on(shown(login(manager), path))


@pytest.mark.parametrize("page", ENTRANCE)
def test_the_entrance(visitor: Client, page: str) -> None:
    response = visitor.get(reverse(f"account_{page}"), follow=True)
    assert not english_on(response.content.decode())


@pytest.mark.parametrize("page", ["accounts:profile", "account_email", "account_change_password"])
def test_the_settings(login: Login, vera: User, page: str) -> None:
    assert not english_on(shown(login(vera), reverse(page)))


@pytest.mark.parametrize("page", ["index", "activate_totp"])
def test_the_second_factor_while_it_is_off(login: Login, vera: User, page: str) -> None:
    assert not english_on(shown(login(vera), reverse(f"mfa_{page}")))


@pytest.mark.parametrize("page", ["index", "deactivate_totp", "generate_recovery_codes"])
def test_the_second_factor_while_it_is_on(login: Login, vera: User, page: str) -> None:
    switch_on_second_factor(vera)
    assert not english_on(shown(login(vera), reverse(f"mfa_{page}")))


@pytest.mark.parametrize(
    "path", ["/", "/ru/blog/", "/ru/blog/?q=x", "/accounts/password/reset/key/1-2/"]
)
def test_the_public_site(visitor: Client, path: str) -> None:
    assert not english_on(shown(visitor, path))


def test_the_page_on_which_a_recipient_unsubscribes(
    visitor: Client, vera: User, rows: dict[str, Any]
) -> None:
    delivery = Delivery.objects.earliest("pk")
    path = unsubscribe_url(delivery.recipient_id or 0, delivery.pk).removeprefix(settings.SITE_URL)
    assert not english_on(shown(visitor, path))
    assert not english_on(visitor.post(path).content.decode())


def test_a_mailing_that_cannot_be_edited_says_so(
    login: Login, vera: User, rows: dict[str, Any]
) -> None:
    Mailing.objects.update(
        status=Mailing.Status.FINISHED, starts_at=timezone.now() - timedelta(days=1)
    )
    html = shown(login(vera), url("mailing_edit", rows))
    assert "Рассылку со статусом «завершена» изменить нельзя" in html
