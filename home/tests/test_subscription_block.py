"""The subscription form on pages of the site, kept or not, and what its editors see."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from blog.models import BlogPage
from blog.tests.factories import BlogPageFactory
from blog.tests.readers import reader
from home.models import StandardPage
from home.tests.factories import first_home
from mailing.models import SubscriptionForm, SubscriptionRequest
from mailing.subscribing import stamps
from mailing.tests.factories import SubscriptionFormFactory
from tests.english import english_on

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]


@pytest.fixture
def form(alice: User) -> SubscriptionForm:
    return SubscriptionFormFactory.create(
        recipient_list__owner=alice,
        recipient_list__name="Inner name",
        public_name="Friday letter",
        is_released=True,
    )


def block(form: SubscriptionForm | int, **more: str) -> tuple[str, dict[str, Any]]:
    key = form if isinstance(form, int) else form.pk
    words = {"heading": "A letter on Fridays", "text": "New books.", "button": ""}
    return "subscription", {**words, "list": key, **more}


@pytest.fixture
def article(form: SubscriptionForm) -> BlogPage:
    return BlogPageFactory.create(title="Ask first", body=[block(form, button="Yes, please")])


@pytest.fixture
def editor(content_manager: User, login: Login) -> Client:
    return login(content_manager)


def shown(path: str) -> str:
    response = reader().get(path)
    assert response.status_code == 200
    return response.content.decode()


def sent_from(page: str, email: str) -> dict[str, str]:
    """Return what a browser sends that shows `page`."""
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return {**hidden, "website": "", "email": email}


def test_it_stands_on_every_kind_of_page(form: SubscriptionForm) -> None:
    home = first_home()
    home.body = [block(form)]
    home.save()
    page = StandardPage(title="About", slug="about", body=[block(form)])
    home.add_child(instance=page)
    article = BlogPageFactory.create(body=[block(form)])

    for path in ("/", "/about/", article.url):
        html = shown(path)
        assert f'action="/m/s/{form.token}/"' in html
        assert "A letter on Fridays" in html
        assert "I want to get this letter." in html


def test_it_shows_nothing_of_list_or_owner(article: BlogPage) -> None:
    html = shown(article.url)

    assert "Yes, please" in html
    assert not any(hidden in html for hidden in ("Inner name", "Alice", "alice@"))


@pytest.mark.usefixtures("page_cache")
def test_it_works_on_a_kept_page(
    article: BlogPage, form: SubscriptionForm, pass_hours: Any
) -> None:
    shown(article.url)
    pass_hours(0.05)

    with CaptureQueriesContext(connection) as queries:
        page = shown(article.url)
    assert len(queries) == 0
    sent = sent_from(page, "ann@example.org")
    pass_hours(0.01)
    visitor = Client(enforce_csrf_checks=True)
    answer = visitor.post(form.get_absolute_url(), sent)

    assert "Now look into your mailbox" in answer.content.decode()
    assert SubscriptionRequest.objects.get().email == "ann@example.org"


@pytest.mark.usefixtures("page_cache")
def test_every_view_of_a_kept_page_has_a_stamp_of_its_own(
    article: BlogPage, form: SubscriptionForm, pass_hours: Any
) -> None:
    first = sent_from(shown(article.url), "")["stamp"]
    pass_hours(0.01)
    second = sent_from(shown(article.url), "")["stamp"]

    assert first != second
    assert stamps.is_good(first, form.mark)
    assert not stamps.is_good(second, form.mark)  # that page was opened this moment


@pytest.mark.usefixtures("page_cache")
def test_a_kept_page_with_a_form_holds_nothing_of_a_visitor(article: BlogPage) -> None:
    for _time in range(2):
        answer = Client(headers={"Cookie": "csrftoken=abcdefghijklmnopqrstuvwxyz012345"}).get(
            article.url
        )
        assert not answer.cookies
        assert b"csrfmiddlewaretoken" not in answer.content


def close(form: SubscriptionForm) -> None:
    form.is_open = False
    form.save()


def withdraw(form: SubscriptionForm) -> None:
    form.is_released = False
    form.save()


def delete_list(form: SubscriptionForm) -> None:
    form.recipient_list.delete()


def block_owner(form: SubscriptionForm) -> None:
    form.owner.block(None, "Complaints")


def deactivate_owner(form: SubscriptionForm) -> None:
    form.owner.is_active = False
    form.owner.save()


def delete_owner(form: SubscriptionForm) -> None:
    form.owner.delete()


CHANGES = [close, withdraw, delete_list, block_owner, deactivate_owner, delete_owner]


@pytest.mark.usefixtures("page_cache")
@pytest.mark.parametrize("change", CHANGES)
def test_it_vanishes_from_kept_pages_at_once(
    article: BlogPage, form: SubscriptionForm, change: Callable[[SubscriptionForm], None]
) -> None:
    assert '<form class="subscription__form' in shown(article.url)

    change(form)

    html = shown(article.url)
    assert "subscription__form" not in html
    assert "A letter on Fridays" not in html
    assert "Visitors see no" not in html


@pytest.mark.usefixtures("page_cache")
def test_it_comes_back_when_the_list_is_opened_again(
    article: BlogPage, form: SubscriptionForm
) -> None:
    close(form)
    assert "subscription__form" not in shown(article.url)

    form.is_open = True
    form.save()

    assert "subscription__form" in shown(article.url)


@pytest.mark.usefixtures("page_cache")
def test_a_changed_wording_is_shown_at_once(article: BlogPage, form: SubscriptionForm) -> None:
    shown(article.url)
    form.wording = "I also want offers."
    form.save()

    assert "I also want offers." in shown(article.url)


@pytest.mark.parametrize("change", CHANGES)
def test_editors_are_told_on_their_first_page_and_in_the_preview(
    editor: Client,
    article: BlogPage,
    form: SubscriptionForm,
    change: Callable[[SubscriptionForm], None],
) -> None:
    article.save_revision().publish()
    assert "Subscription forms that visitors do not see" not in home_of(editor)

    change(form)

    assert "Ask first" in home_of(editor).partition("forms that visitors do not see")[2]
    preview = editor.get(f"/cms/pages/{article.pk}/view_draft/").content.decode()
    assert "Visitors see no subscription form here" in preview


def home_of(editor: Client) -> str:
    return editor.get("/cms/").content.decode()


def test_editors_choose_among_released_and_open_lists_by_public_name(
    editor: Client, article: BlogPage, form: SubscriptionForm, admin: User, bob: User
) -> None:
    SubscriptionFormFactory.create(recipient_list__owner=admin, public_name="House letter")
    SubscriptionFormFactory.create(recipient_list__owner=bob, public_name="Bob's own")
    SubscriptionFormFactory.create(public_name="Shut", is_released=True, is_open=False)

    html = editor.get(f"/cms/pages/{article.pk}/edit/").content.decode()

    assert "Friday letter" in html
    assert "House letter" in html
    assert not any(name in html for name in ("Bob's own", "Bob&#x27;s own", "Shut", "Inner name"))


def posted(article: BlogPage, key: object) -> dict[str, Any]:
    """Return the form of an article whose body is one subscription block."""
    part = "body-0-value"
    return {
        "title": article.title,
        "slug": article.slug,
        "lead": "Why it matters",
        "published_on": "2026-01-01",
        "tags": "",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "subscription",
        "body-0-id": "",
        f"{part}-heading": "A letter",
        f"{part}-text": "",
        f"{part}-list": key,
        f"{part}-button": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
    }


def test_a_list_that_was_not_released_cannot_be_posted(
    editor: Client, article: BlogPage, form: SubscriptionForm
) -> None:
    foreign = SubscriptionFormFactory.create()
    address = f"/cms/pages/{article.pk}/edit/"

    for key in (foreign.pk, "", "x", 0, 10**9):
        response = editor.post(address, posted(article, key))
        assert response.status_code == 200, key
    article.refresh_from_db()
    assert article.body[0].value["list"] == form.pk
    assert editor.post(address, posted(article, form.pk)).status_code == 302
    article.refresh_from_db()
    assert article.body[0].value["heading"] == "A letter"


def test_reading_a_body_asks_nothing_of_the_lists(article: BlogPage) -> None:
    fresh = BlogPage.objects.get(pk=article.pk)

    with CaptureQueriesContext(connection) as queries:
        assert fresh.body[0].value["list"]
        assert fresh.body.stream_block.words_in(fresh.body)

    assert len(queries) == 0


def test_a_page_asks_once_for_each_form_however_many_lists_there_are(
    article: BlogPage, form: SubscriptionForm
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            shown(article.url)
        return len(queries)

    shown(article.url)
    before = count()
    SubscriptionFormFactory.create_batch(30, is_released=True)

    assert count() == before <= 13


def test_the_same_form_twice_on_a_page_has_ids_of_its_own(form: SubscriptionForm) -> None:
    article = BlogPageFactory.create(body=[block(form), block(form)])

    ids = re.findall(r' id="(subscribe_\w+)"', shown(article.url))

    assert len(ids) == len(set(ids)) == 2


def test_russian_pages_have_a_russian_form(form: SubscriptionForm) -> None:
    SubscriptionForm.objects.update(public_name="Письмо", wording="Хочу получать письмо.")
    russian = first_home().get_translations(inclusive=True).get(locale__language_code="ru")
    russian.body = [block(form, heading="Письмо по пятницам", text="Новые книги.")]
    russian.save()

    html = shown("/ru/")

    assert "Подписаться" in html
    assert 'name="language" value="ru"' in html
    assert not english_on(html)


def test_what_editors_write_comes_out_inert(form: SubscriptionForm) -> None:
    hostile = "<script>alert(1)</script>{{ 7*7 }}"
    article = BlogPageFactory.create(
        body=[block(form, heading=hostile, text=hostile, button=hostile)]
    )

    html = shown(article.url)

    assert "<script>alert" not in html
    assert html.count("{{ 7*7 }}") >= 3
