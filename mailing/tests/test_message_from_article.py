"""A message from a blog article in one step."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale

from accounts.models import User
from blog.models import BlogPage
from blog.tests.factories import BlogPageFactory, ImageFactory
from mailing.models import Message, Picture
from mailing.models import picture as picture_rules

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]
ARTICLES = reverse("mailing:message_articles")


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def article() -> BlogPage:
    return BlogPageFactory.create(
        title="Ask {{ first }} & <b>write</b>",
        lead="On {{7*7}} and lists",
        picture=ImageFactory.create(),
        picture_alt="A queue",
    )


def address(article: BlogPage) -> str:
    return reverse("mailing:message_from_article", args=[article.pk])


def test_title_picture_lead_and_link(client: Client, alice: User, article: BlogPage) -> None:
    answer = client.post(address(article))
    message = Message.objects.get()
    assert answer["Location"] == reverse("mailing:message_edit", args=[message.pk])
    assert message.owner == alice
    assert message.subject == "Ask { { first } } & <b>write</b>"
    assert "Ask { { first } } &amp; &lt;b&gt;write&lt;/b&gt;</h1>" in message.body_html
    assert message.preheader == "On { {7*7} } and lists"
    assert f'href="http://testserver{article.url}"' in message.body_html or (
        f"{article.slug}/" in message.body_html
    )
    picture = Picture.objects.get()
    assert picture.is_used
    assert picture.alt == "A queue"
    assert f'src="{picture.url}"' in message.body_html


def test_the_picture_outlives_the_article(client: Client, article: BlogPage) -> None:
    client.post(address(article))
    assert article.picture
    article.picture.delete()
    answer = client.get(Picture.objects.get().url)
    answer.close()
    assert answer.status_code == 200


def test_looking_makes_nothing(client: Client, article: BlogPage) -> None:
    for page in (address(article), reverse("mailing:message_article_preview", args=[article.pk])):
        assert client.get(page).status_code == 200
    assert not Message.objects.exists()
    assert not Picture.objects.exists()


def test_only_published_articles(client: Client, article: BlogPage) -> None:
    article.unpublish()
    assert article.title not in client.get(ARTICLES).content.decode()
    assert client.get(address(article)).status_code == 404
    assert client.post(address(article)).status_code == 404


def test_an_article_without_a_picture(client: Client) -> None:
    client.post(address(BlogPageFactory.create(title="Bare")))
    assert "<img" not in Message.objects.get().body_html


def test_no_room_for_the_picture_is_told(
    client: Client, article: BlogPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_rules, "MAX_TOTAL", 10)
    page = client.post(address(article), follow=True).content.decode()
    assert "Your pictures take up" in page
    assert not Message.objects.exists()


def test_words_around_it_are_in_its_language(client: Client) -> None:
    russian, _made = Locale.objects.get_or_create(language_code="ru")
    article = BlogPageFactory.create(title="Спросите", locale=russian)
    client.post(address(article))
    assert "Читать статью" in Message.objects.get().body_html


def test_all_languages_are_listed_and_searched_at_one_price(client: Client) -> None:
    counts = []
    for number in (1, 20):
        for n in range(number):
            BlogPageFactory.create(title=f"Article {number} {n}")
        with CaptureQueriesContext(connection) as queries:
            client.get(ARTICLES, {"q": "article"})
        counts.append(len(queries))
    assert counts[0] == counts[1]
    page = client.get(ARTICLES, {"q": "Article 20 7"}).content.decode()
    assert "Article 20 7" in page
    assert "Article 20 8" not in page
