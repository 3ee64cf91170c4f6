"""The Russian texts: their numbers and genders, the letters, and that none is overlooked."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin import site
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.functional import Promise
from django.utils.translation import ngettext, override

from accounts.models import User
from accounts.tests.browsing import link_in_letter, sent_letters, sign_up
from mailing.models import Attempt, Delivery, Mailing, Recipient, Suppression
from mailing.sending.compose import freeze
from mailing.tests.factories import MessageFactory
from tests.english import english_in, english_on
from tests.shared import ROOT
from tests.translations import sources

TEMPLATES = Path(settings.BASE_DIR) / "templates"
LETTERS = [
    str(path.relative_to(TEMPLATES))
    for folder in ("account", "mfa")
    for path in TEMPLATES.glob(f"{folder}/email/*.txt")
]
PAGES_OF_ERRORS = ["400", "403", "403_csrf", "404", "429", "500", "503"]


@pytest.fixture
def russian() -> Iterator[None]:
    with override("ru"):
        yield


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "Новости (1 получатель)"),
        (2, "Новости (2 получателя)"),
        (5, "Новости (5 получателей)"),
        (11, "Новости (11 получателей)"),
        (21, "Новости (21 получатель)"),
        (112, "Новости (112 получателей)"),
    ],
)
def test_recipients_of_a_list_are_counted(number: int, text: str) -> None:
    pattern = ngettext("%(list)s (%(size)s recipient)", "%(list)s (%(size)s recipients)", number)
    assert pattern % {"list": "Новости", "size": number} == text


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("number", "words"), [(1, "из 1 получателя"), (2, "из 2 получателей"), (5, "из 5 получателей")]
)
def test_progress_counts_recipients(number: int, words: str) -> None:
    html = render_to_string("components/progress.html", {"attempt": Attempt(total=number)})
    assert words in html


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("number", "start"),
    [
        (1, "1 получатель из него останется"),
        (2, "2 получателя из него останутся"),
        (5, "5 получателей из него останутся"),
        (22, "22 получателя из него останутся"),
    ],
)
def test_the_verb_agrees_with_the_number(number: int, start: str) -> None:
    text = ngettext(
        "The %(size)s recipient on it stays among your recipients.",
        "The %(size)s recipients on it stay among your recipients.",
        number,
    )
    assert (text % {"size": number}).startswith(start)


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("label", "word"),
    [
        (Mailing.Status.RUNNING.label, "идёт"),
        (Mailing.Status.FINISHED.label, "завершена"),
        (Attempt._meta.get_field("finished_at").verbose_name, "окончание"),
        (Attempt.Status.CANCELLED.label, "отменён"),
        (Attempt.Status.FAILED.label, "неудачно"),
        (Delivery.State.FAILED.label, "не доставлено"),
        (Recipient.State.UNSUBSCRIBED.label, "отписался"),
        (Suppression.Reason.UNSUBSCRIBED.label, "отписка"),
    ],
)
def test_one_english_word_is_several_russian_ones(label: Promise, word: str) -> None:
    assert str(label) == word


def test_english_is_noticed() -> None:
    page = "<title>Письма</title><p>Три <b>letters</b></p><input placeholder='To Anna'>"
    assert english_on(page) == {"letters", "To", "Anna"}


def test_every_text_in_the_code_is_found_by_xgettext() -> None:
    """It knows the functions by their names, so no other name may be given to them."""
    for path in sources():
        if path.suffix == ".py":
            for node in ast.walk(ast.parse((ROOT / path).read_text())):
                if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                    assert {each.asname for each in node.names} <= {None, "_"}, path


@pytest.mark.parametrize("app", ["accounts", "mailing"])
def test_what_administrators_see_of_a_row_has_a_name_to_translate(app: str) -> None:
    for model in apps.get_app_config(app).get_models():
        assert isinstance(model._meta.verbose_name, Promise), model
        for field in model._meta.fields:
            if site.is_registered(model) and field.editable and not field.primary_key:
                assert isinstance(field.verbose_name, Promise), field


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize("template", LETTERS)
def test_letters_about_an_account_are_russian(template: str) -> None:
    context = {
        "request": RequestFactory().get("/"),
        "user": User(email="vera@example.org", blocked_reason="Жалобы"),
        "email": "vera@example.org",
        "from_email": "old@example.org",
        "to_email": "new@example.org",
        "timestamp": datetime(2030, 5, 31, 9, tzinfo=UTC),
        "ip": "192.0.2.1",
    }
    text = render_to_string(template, context)
    assert text.strip()
    assert not english_in(text)


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize("name", PAGES_OF_ERRORS)
def test_pages_about_errors_are_russian(name: str) -> None:
    assert not english_on(render_to_string(f"{name}.html", {"request_id": "1234"}))


@pytest.mark.django_db
def test_a_user_gets_letters_in_the_language_of_the_account(client: Client, alice: User) -> None:
    User.objects.update(language="ru")
    client.post("/accounts/password/reset/", {"email": alice.email})
    assert sent_letters()[-1].subject == "Задайте новый пароль"
    assert not english_in(str(sent_letters()[-1].body))


@pytest.mark.django_db
def test_a_visitor_signs_up_in_the_language_of_the_page(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    sign_up(client, "vera@example.org")
    assert sent_letters()[-1].subject == "Подтвердите адрес и начните работу с Mailshot"
    assert User.objects.get().language == "ru"
    page = client.get(link_in_letter("vera@example.org")).content.decode()
    assert "Да, подтвердить" in page


@pytest.mark.django_db
def test_the_way_out_of_a_letter_speaks_the_owners_language(alice: User) -> None:
    message = MessageFactory.create(
        owner=alice, subject="Новости", body_html="<p>Здравствуйте!</p>"
    )
    letter = freeze(message, "ru")
    assert "Отписаться" in letter.body_text
    assert not english_on(letter.body_html)
    assert not english_in(letter.body_text)
