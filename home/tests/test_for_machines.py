"""What search engines, social networks and feed readers are told."""

import json
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.conf import LazySettings
from django.test import Client
from wagtail.models import Locale, PageViewRestriction

from accounts.models import User
from blog.tests.factories import BlogPageFactory, ImageFactory, image_file

# ruff: noqa: S314 - the files are our own
pytestmark = pytest.mark.django_db
SITE = "https://mail.example.org"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def _site_url(settings: LazySettings) -> None:
    settings.SITE_URL = SITE


def head(client: Client, path: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(path).content.decode(), "html.parser").head  # type: ignore[return-value]


def said(page: BeautifulSoup, name: str) -> str:
    tag: Any = page.find("meta", property=name) or page.find("meta", attrs={"name": name})
    return str(tag["content"])


def graph(page: BeautifulSoup) -> dict[str, Any]:
    script: Any = page.find("script", type="application/ld+json")
    return {thing["@type"]: thing for thing in json.loads(script.string)["@graph"]}


@pytest.mark.parametrize("path", ["/", "/blog/", "/ru/", "/ru/blog/"])
def test_every_page_says_where_it_is_and_in_which_languages(client: Client, path: str) -> None:
    page = head(client, path)
    links: list[Any] = page.find_all("link", rel="alternate", hreflang=True)
    english = path.removeprefix("/ru")

    assert page.find("link", rel="canonical")["href"] == SITE + path  # type: ignore[index]
    assert {link["hreflang"]: link["href"] for link in links} == {
        "en": SITE + english,
        "ru": f"{SITE}/ru{english}",
        "x-default": SITE + english,
    }
    assert said(page, "og:locale") == ("ru_RU" if path.startswith("/ru") else "en_US")
    assert said(page, "og:url") == SITE + path


def test_the_host_of_a_request_changes_nothing(client: Client, settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    page = client.get("/", headers={"host": "evil.example"}).content.decode()

    assert "evil.example" not in page


def test_pages_of_a_list_are_canonical_for_themselves(client: Client) -> None:
    BlogPageFactory.create_batch(10, tags=["Law"])

    for path in ("/blog/?page=2", "/blog/tag/law/"):
        assert head(client, path).find("link", rel="canonical")["href"] == SITE + path  # type: ignore[index]
    assert head(client, "/blog/?order=oldest&utm=x").find("link", rel="canonical")["href"] == (  # type: ignore[index]
        f"{SITE}/blog/"
    )


def test_an_article_is_a_card_with_a_picture(client: Client) -> None:
    picture = ImageFactory.create(file=image_file((2000, 1200)), description="A field")
    article = BlogPageFactory.create(title="Ask first", lead="Consent.", picture=picture)

    page = head(client, article.url)

    assert said(page, "og:type") == "article"
    assert said(page, "og:title") == "Ask first"
    assert said(page, "og:description") == said(page, "description") == "Consent."
    assert said(page, "og:image").startswith(f"{SITE}/media/images/")
    assert (said(page, "og:image:width"), said(page, "og:image:height")) == ("1200", "630")
    assert said(page, "og:image:alt") == "A field"
    assert said(page, "twitter:card") == "summary_large_image"


def test_what_editors_wrote_for_search_engines_goes_first(client: Client) -> None:
    article = BlogPageFactory.create(seo_title="For machines", search_description="Found by words.")

    page = head(client, article.url)

    assert page.title is not None
    assert str(page.title.string).startswith("For machines ·")
    assert said(page, "og:description") == "Found by words."


def test_an_article_is_described_to_search_engines(client: Client, admin: User) -> None:
    article = BlogPageFactory.create(
        title="Ask first",
        author=admin,
        published_on=date(2026, 2, 3),
        picture=ImageFactory.create(),
    )

    things = graph(head(client, article.url))

    assert things["Article"]["headline"] == "Ask first"
    assert things["Article"]["datePublished"] == "2026-02-03"
    assert things["Article"]["author"] == {"@type": "Person", "name": "Ada Admin"}
    assert things["Article"]["image"].startswith(SITE)
    assert things["Organization"]["url"] == f"{SITE}/"
    names = [item["name"] for item in things["BreadcrumbList"]["itemListElement"]]
    assert names == ["Home", "Blog", "Ask first"]


def test_a_title_cannot_leave_the_description(client: Client) -> None:
    title = "</script><script>alert(1)</script><!--"
    article = BlogPageFactory.create(title=title)

    page = client.get(article.url).content.decode()

    assert "<script>alert" not in page
    assert graph(head(client, article.url))["Article"]["headline"] == title


def test_the_sitemap_lists_what_everybody_may_read(client: Client) -> None:
    article = BlogPageFactory.create(slug="open")
    article.copy_for_translation(Locale.objects.get(language_code="ru")).save_revision().publish()
    BlogPageFactory.create(slug="draft", live=False)
    private = BlogPageFactory.create(slug="private")
    PageViewRestriction.objects.create(page=private, restriction_type="login")

    response = client.get("/sitemap.xml")

    root = ElementTree.fromstring(response.content)
    assert {url.findtext(f"{SITEMAP}loc") for url in root} == {
        f"{SITE}{path}"
        for path in ("/", "/blog/", "/blog/open/", "/ru/", "/ru/blog/", "/ru/blog/open/")
    }
    assert f'hreflang="ru" href="{SITE}/ru/blog/open/"' in response.content.decode()


def test_the_sitemap_asks_the_database_twice_at_any_size(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    BlogPageFactory.create_batch(30)

    with django_assert_max_num_queries(4):
        client.get("/sitemap.xml")


def test_robots_are_told_where_the_sitemap_is(client: Client) -> None:
    response = client.get("/robots.txt")

    assert response["Content-Type"].startswith("text/plain")
    text = response.content.decode()
    assert f"Sitemap: {SITE}/sitemap.xml" in text
    assert "Disallow: /dashboard/" in text
    assert "Disallow: /blog" not in text


def test_the_manifest_names_our_icons(client: Client) -> None:
    manifest = json.loads(client.get("/site.webmanifest").content)

    assert manifest["name"] == "Mailshot"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"any", "192x192", "512x512"}
    assert 'rel="manifest" href="/site.webmanifest"' in client.get("/").content.decode()
