"""Which pages are kept, and who gets them."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from accounts.models import User
from blog.models import BlogPage
from blog.tests.factories import BlogPageFactory
from blog.tests.readers import reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("page_cache")]

Login = Callable[[User], Client]


@pytest.fixture
def article() -> BlogPage:
    return BlogPageFactory.create(title="Ask first")


def queries_of(address: str, **headers: str) -> int:
    """Return the number of queries that a page takes."""
    with CaptureQueriesContext(connection) as queries:
        assert reader().get(address, headers=headers).status_code == 200
    return len(queries)


@pytest.mark.parametrize("address", ["/", "/blog/", "article"])
def test_a_kept_page_makes_no_query(address: str, article: BlogPage) -> None:
    address = article.url if address == "article" else address
    first = reader().get(address).content

    assert queries_of(address) == 0
    assert reader().get(address).content == first


def test_nothing_is_kept_where_the_setting_says_no(
    article: BlogPage, settings: LazySettings
) -> None:
    settings.PAGE_CACHE = False
    reader().get(article.url)

    assert queries_of(article.url) > 0


def test_each_language_has_its_own_page(article: BlogPage) -> None:
    english = reader().get("/", headers={"Accept-Language": "en"})
    russian = reader().get("/ru/", headers={"Accept-Language": "ru"})

    assert 'lang="en"' in english.content.decode()
    assert 'lang="ru"' in russian.content.decode()
    assert queries_of("/ru/", **{"Accept-Language": "ru-RU,ru;q=0.9"}) == 0


def test_each_host_has_its_own_page(article: BlogPage) -> None:
    reader().get(article.url)

    assert queries_of(article.url, Host="localhost") > 0


def test_pages_of_the_index_are_kept_apart() -> None:
    BlogPageFactory.create_batch(10)
    first, second = (reader().get(f"/blog/?page={n}").content for n in (1, 2))

    assert first != second
    assert reader().get("/blog/?page=2").content == second
    assert queries_of("/blog/?page=2") == 0
    assert queries_of("/blog/?order=most-read") > 0


def test_what_a_visitor_came_with_makes_no_other_page_and_stays_out_of_it() -> None:
    BlogPageFactory.create_batch(10)
    came_with = "utm_source=secret-of-mine&page=1"

    made = reader().get(f"/blog/?{came_with}").content.decode()

    assert "page=2" in made
    assert "secret-of-mine" not in made
    assert queries_of("/blog/?page=1&fbclid=1") == 0


@pytest.mark.parametrize("query", ["q=first", f"tag={'x' * 51}"])
def test_what_has_too_many_values_is_not_kept(query: str, article: BlogPage) -> None:
    reader().get(f"/blog/?{query}")

    assert queries_of(f"/blog/?{query}") > 0


def test_an_empty_search_is_the_page_without_one(article: BlogPage) -> None:
    reader().get("/blog/")

    assert queries_of("/blog/?q=") == 0


def test_whoever_is_logged_in_gets_a_page_of_their_own(alice: User, login: Login) -> None:
    reader().get("/")
    theirs = login(alice).get("/")
    others = reader().get("/")

    assert "To the dashboard" in theirs.content.decode()
    assert "To the dashboard" not in others.content.decode()
    assert "private" in theirs["Cache-Control"]


def test_a_page_made_for_somebody_is_not_kept(alice: User, login: Login) -> None:
    login(alice).get("/")

    assert "To the dashboard" not in reader().get("/").content.decode()


def test_a_kept_page_holds_nothing_of_a_visitor(article: BlogPage) -> None:
    for _ in range(2):
        visitor = Client(headers={"Cookie": "csrftoken=abcdefghijklmnopqrstuvwxyz012345"})
        answer = visitor.get(article.url)

        assert not answer.cookies
        assert b"csrfmiddlewaretoken" not in answer.content
        assert b"nonce" not in answer.content


def test_every_answer_still_has_its_own_policy_and_number(article: BlogPage) -> None:
    answers = [reader().get(article.url) for _ in range(2)]

    assert len({answer["X-Request-ID"] for answer in answers}) == 2
    for header in ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options"):
        assert answers[0][header] == answers[1][header]


def test_notices_of_a_visitor_are_not_kept(alice: User) -> None:
    visitor = reader()
    visitor.post("/dashboard/language/", {"language": "tlh", "next": "/"})

    assert "does not speak" in visitor.get("/").content.decode()
    assert "does not speak" not in reader().get("/").content.decode()


@pytest.mark.parametrize("kind", ["password", "login", "groups"])
def test_private_pages_are_never_kept(
    kind: str, article: BlogPage, content_manager: User, login: Login
) -> None:
    reader().get(article.url)
    restriction = PageViewRestriction.objects.create(
        page=article, restriction_type=kind, password="secret"
    )
    restriction.groups.set(Group.objects.all())

    assert "Why it matters" not in reader().get(article.url).content.decode()
    login(content_manager).get(article.url)
    answer = reader().get(article.url)
    assert "Why it matters" not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_who_knows_the_password_keeps_it_to_themselves(article: BlogPage) -> None:
    restriction = PageViewRestriction.objects.create(
        page=article, restriction_type="password", password="secret"
    )
    knows = reader()
    knows.post(
        f"/_util/authenticate_with_password/{restriction.pk}/{article.pk}/",
        {"password": "secret", "return_url": article.url},
    )

    assert "Why it matters" in knows.get(article.url).content.decode()
    assert "Why it matters" not in reader().get(article.url).content.decode()


def test_previews_are_never_kept_and_never_old(article: BlogPage, content_manager: User) -> None:
    reader().get(article.url)
    article.title = "Only a draft"
    article.save_revision()
    editor = reader()
    editor.force_login(content_manager)

    preview = editor.get(f"/cms/pages/{article.pk}/view_draft/")

    assert "Only a draft" in preview.content.decode()
    assert "Only a draft" not in reader().get(article.url).content.decode()


@pytest.mark.parametrize("address", ["/nothing/", "/blog/nothing/"])
def test_what_is_not_found_is_not_kept(address: str) -> None:
    for _ in range(2):
        assert reader().get(address).status_code == 404

    slug = address.strip("/").rpartition("/")[2]
    if address.startswith("/blog/"):
        BlogPageFactory.create(slug=slug)
        assert reader().get(address).status_code == 200


def test_an_uncached_article_and_index_take_few_queries(article: BlogPage) -> None:
    reader().get(article.url)
    for address, most in [(article.url, 12), ("/blog/", 15)]:
        reader().get(address)
        article.save()
        assert 0 < queries_of(address) <= most
