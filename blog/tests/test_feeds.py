"""The newest articles for feed readers."""

# ruff: noqa: S314 - the feeds are our own

from datetime import date
from xml.etree import ElementTree

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from blog.models import BlogIndexPage
from blog.tests.factories import BlogPageFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def test_pages_say_where_the_feeds_are(client: Client) -> None:
    article = BlogPageFactory.create()

    for path in ("/", "/blog/", article.url):
        page = client.get(path).content.decode()
        assert 'type="application/rss+xml" title="Blog (RSS)" href="/blog/feed/"' in page
        assert 'type="application/atom+xml" title="Blog (Atom)" href="/blog/feed/atom/"' in page


def test_rss_tells_of_the_newest_articles(
    client: Client, admin: User, settings: LazySettings
) -> None:
    settings.SITE_URL = "https://mail.example.org"
    article = BlogPageFactory.create(
        title="Ask & tell",
        lead="Consent.",
        author=admin,
        published_on=date(2026, 2, 3),
        tags=["Law"],
    )
    BlogPageFactory.create(title="Draft", live=False)

    response = client.get("/blog/feed/")

    assert response["Content-Type"].startswith("application/rss+xml")
    channel = ElementTree.fromstring(response.content)[0]
    (item,) = channel.findall("item")
    assert item.findtext("title") == "Ask & tell"
    assert item.findtext("description") == "Consent."
    assert item.findtext("link") == f"https://mail.example.org{article.url}"
    assert item.findtext("category") == "Law"
    assert (item.findtext("pubDate") or "").startswith("Tue, 03 Feb 2026")
    assert channel.findtext("language") == "en"
    assert admin.email not in response.content.decode()


def test_atom_tells_the_same(client: Client, admin: User) -> None:
    BlogPageFactory.create(title="Ask first", author=admin)

    feed = ElementTree.fromstring(client.get("/blog/feed/atom/").content)

    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "Ask first"
    assert feed.findtext(f"{ATOM}entry/{ATOM}author/{ATOM}name") == "Ada Admin"


def test_each_language_has_its_own(client: Client) -> None:
    BlogPageFactory.create(title="Ask first")
    russian = BlogIndexPage.objects.get(locale__language_code="ru")
    BlogPageFactory.create(title="Спросите", parent=russian)

    channel = ElementTree.fromstring(client.get("/ru/blog/feed/").content)[0]

    assert [item.findtext("title") for item in channel.findall("item")] == ["Спросите"]
    assert channel.findtext("language") == "ru"
