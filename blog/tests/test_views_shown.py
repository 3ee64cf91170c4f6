"""Views on the article, in the order of the index, and in Wagtail's admin."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from accounts.models import User
from blog.models import BlogIndexPage, BlogPage
from blog.tests.factories import BlogPageFactory
from blog.view_counts import shown
from blog.view_counts.models import ArticleViews, DailyViews

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]


def read(title: str, count: int, language: str = "en") -> BlogPage:
    blog = BlogIndexPage.objects.get(locale__language_code=language)
    article: BlogPage = BlogPageFactory.create(title=title, parent=blog)
    ArticleViews.objects.create(article=article, count=count)
    return article


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("en", 0, "0 views"),
        ("en", 1, "1 view"),
        ("en", 1234567, "1,234,567 views"),
        ("ru", 1, "1 просмотр"),
        ("ru", 3, "3 просмотра"),
        ("ru", 11, "11 просмотров"),
        ("ru", 1234567, "1\xa0234\xa0567 просмотров"),
    ],
)
def test_the_number_is_in_the_visitors_words(language: str, count: int, words: str) -> None:
    article = read("Ask first", count, language)
    page = Client(headers={"Accept-Language": language}).get(article.url).content.decode()

    assert f">{words}<" in page


def test_the_number_is_right_as_soon_as_it_is_written(client: Client) -> None:
    article = read("Ask first", 1)
    assert "1 view<" in client.get(article.url).content.decode()

    ArticleViews.objects.update(count=2)
    shown.remember({article.pk: 2})

    assert "2 views<" in client.get(article.url).content.decode()


def test_the_index_can_begin_with_what_is_most_read(client: Client) -> None:
    for title, count in [("Some", 5), ("Most", 50), ("Few", 1)]:
        read(title, count)
    BlogPageFactory.create(title="None")

    page = client.get("/blog/?order=most-read").context["page_obj"]

    assert [article.title for article in page] == ["Most", "Some", "Few", "None"]
    newest = client.get("/blog/").context["page_obj"]
    assert [article.title for article in newest] == ["None", "Few", "Most", "Some"]


def test_the_report_begins_with_what_is_most_read(content_manager: User, login: Login) -> None:
    read("Rarity", 1)
    most = read("Bestseller", 1234)
    DailyViews.objects.create(article=most, day="2020-01-01", source="files", count=1234)

    page = login(content_manager).get("/cms/reports/article-views/").content.decode()

    assert page.index("Bestseller") < page.index("Rarity")
    assert "1,234" in page


@pytest.mark.parametrize("order", ["title", "-recent_views", "published_on", "nonsense"])
def test_the_report_can_be_put_in_other_orders(
    order: str, content_manager: User, login: Login
) -> None:
    read("Few", 1)
    address = f"/cms/reports/article-views/results/?ordering={order}"

    assert "Few" in login(content_manager).get(address).content.decode()


def test_the_report_is_exported(content_manager: User, login: Login) -> None:
    article = read("Most", 1234)
    editor = login(content_manager)

    csv = editor.get("/cms/reports/article-views/?export=csv")
    assert f"Most,1234,0,{article.published_on}" in csv.getvalue().decode()

    xlsx = editor.get("/cms/reports/article-views/?export=xlsx")
    rows = load_workbook(BytesIO(xlsx.getvalue())).worksheets[0].iter_rows(values_only=True)
    assert [row[:3] for row in rows][1] == ("Most", 1234, 0)


def test_wagtails_home_shows_what_is_most_read(content_manager: User, login: Login) -> None:
    editor = login(content_manager)
    assert 'id="most-read-section"' not in editor.get("/cms/").content.decode()
    for number in range(7):
        read(f"Read {number} times", number)

    page = editor.get("/cms/").content.decode()

    assert 'id="most-read-section"' in page
    assert "Read 6 times" in page
    assert "Read 2 times" in page
    assert "Read 1 times" not in page


def test_others_see_no_report(alice: User, manager: User, login: Login) -> None:
    for user in (alice, manager):
        assert login(user).get("/cms/reports/article-views/").status_code == 403
