"""What counts as a view of an article."""

from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from django.conf import LazySettings
from django.test import Client
from wagtail.models import PageViewRestriction

from accounts.models import User
from blog.models import BlogPage
from blog.outage import Outage
from blog.tasks import write_views_down
from blog.tests.factories import BlogPageFactory
from blog.tests.readers import FIREFOX, reader
from blog.view_counts import redis_counters
from blog.view_counts.models import ArticleViews

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, params=["page made each time", "page from the cache"])
def _page_cache(request: pytest.FixtureRequest, settings: LazySettings) -> None:
    settings.PAGE_CACHE = request.param == "page from the cache"


@pytest.fixture
def article() -> BlogPage:
    """An article whose page somebody who is not counted has looked at."""
    made = BlogPageFactory.create()
    Client(headers={"User-Agent": "Googlebot/2.1"}).get(made.url)
    return made


def views(article: BlogPage) -> int:
    write_views_down()
    return sum(ArticleViews.objects.filter(article=article).values_list("count", flat=True))


def test_every_visitor_counts(article: BlogPage) -> None:
    for number in range(5):
        assert reader(number).get(article.url).status_code == 200

    assert views(article) == 5


def test_a_visitor_counts_once_an_hour(
    article: BlogPage, pass_hours: Callable[[float], None]
) -> None:
    for _ in range(3):
        reader().get(article.url)
    assert views(article) == 1

    pass_hours(1)
    reader().get(article.url)
    assert views(article) == 2


def test_views_go_on_after_midnight(article: BlogPage, pass_hours: Callable[[float], None]) -> None:
    for _ in range(4):
        reader().get(article.url)
        write_views_down()
        pass_hours(24)

    assert views(article) == 4


def test_each_article_counts_by_itself(article: BlogPage) -> None:
    other = BlogPageFactory.create()
    reader().get(article.url)
    reader().get(other.url)
    reader(1).get(other.url)

    assert (views(article), views(other)) == (1, 2)


def test_two_browsers_at_one_address_are_two_visitors(article: BlogPage) -> None:
    reader().get(article.url)
    reader(headers={"User-Agent": FIREFOX.replace("140", "141")}).get(article.url)

    assert views(article) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": "python-requests/2.32"},
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": ""},
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
    ],
)
def test_programs_and_prefetching_do_not_count(article: BlogPage, headers: dict[str, str]) -> None:
    assert reader(headers=headers).get(article.url).status_code == 200

    assert views(article) == 0


def test_a_telephone_is_no_bot_for_its_name(article: BlogPage) -> None:
    telephone = "Mozilla/5.0 (Linux; Android 14; CUBOT P80) AppleWebKit/537.36 Chrome/140.0 Mobile"
    reader(headers={"User-Agent": telephone}).get(article.url)

    assert views(article) == 1


def test_asking_for_the_head_does_not_count(article: BlogPage) -> None:
    assert reader().head(article.url).status_code == 200

    assert views(article) == 0


def test_who_writes_the_site_does_not_count_and_others_do(
    article: BlogPage, content_manager: User, alice: User
) -> None:
    for number, user in enumerate([content_manager, alice]):
        browser = reader(number)
        browser.force_login(user)
        browser.get(article.url)

    assert views(article) == 1


def test_a_preview_does_not_count(article: BlogPage, content_manager: User) -> None:
    editor = reader()
    editor.force_login(content_manager)
    assert editor.get(f"/cms/pages/{article.pk}/view_draft/").status_code == 200

    assert views(article) == 0


def test_a_page_that_asks_for_a_password_does_not_count(article: BlogPage) -> None:
    PageViewRestriction.objects.create(
        page=article, restriction_type=PageViewRestriction.PASSWORD, password="secret"
    )
    assert "password" in reader().get(article.url).content.decode()

    assert views(article) == 0


def test_other_pages_do_not_count(article: BlogPage) -> None:
    for address in ["/", "/blog/", f"{article.url}nothing/"]:
        reader().get(address)

    assert views(article) == 0


def test_a_page_that_the_visitor_has_already_counts(article: BlogPage) -> None:
    found = reader(1).get(article.url)
    again = reader(2).get(article.url, headers={"If-None-Match": found.get("ETag", "")})

    assert again.status_code in (200, 304)
    assert views(article) == 2


def test_no_address_and_no_browser_is_kept(article: BlogPage, settings: LazySettings) -> None:
    reader().get(article.url)

    kept = "".join(everything_kept(settings))
    assert str(article.pk) in kept
    assert "192.0" not in kept
    assert "Firefox" not in kept


def everything_kept(settings: LazySettings) -> list[str]:
    files = [path.read_text() for path in Path(settings.VIEWS_DIR).iterdir()]
    if not settings.VIEWS_REDIS_URL:
        return files
    with redis.Redis.from_url(settings.VIEWS_REDIS_URL, decode_responses=True) as client:
        keys = list(client.scan_iter(f"{settings.VIEWS_PREFIX}:*"))
        return files + [
            str(client.smembers(key) if client.type(key) == "set" else client.hgetall(key))
            for key in keys
        ]


def test_the_page_comes_though_nothing_counts(
    article: BlogPage,
    settings: LazySettings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(redis_counters, "outage", Outage("The counter"))
    settings.VIEWS_REDIS_URL = "redis://127.0.0.1:1/0"

    for number in range(3):
        assert reader(number).get(article.url).status_code == 200
    write_views_down()

    said = [record.message for record in caplog.records if "does not answer" in record.message]
    assert len(said) == 1
