"""The page of an article."""

import pytest
from django.test import Client
from wagtail.rich_text import RichText

from accounts.models import User
from blog.tests.factories import BlogPageFactory, ImageFactory, image_file

pytestmark = pytest.mark.django_db


def test_every_block_is_shown(client: Client) -> None:
    picture = {"image": ImageFactory.create(), "alt_text": "A teal field", "caption": "Teal"}
    body = [
        ("heading", "Before you write"),
        ("text", RichText("<p>Ask <b>first</b>.</p>")),
        ("picture", picture),
        ("quote", {"text": "Less is more", "source": "An editor"}),
    ]
    article = BlogPageFactory.create(body=body)

    page = client.get(article.url).content.decode()

    assert '<h2 id="before-you-write">Before you write</h2>' in page
    assert "<p>Ask <b>first</b>.</p>" in page
    assert 'alt="A teal field"' in page
    assert "<figcaption>Teal</figcaption>" in page
    assert "Less is more" in page
    assert "An editor" in page


def test_the_picture_comes_in_several_sizes_and_formats(client: Client) -> None:
    large = ImageFactory.create(file=image_file((2000, 1200)), description="A field")
    article = BlogPageFactory.create(picture=large)

    page = client.get(article.url).content.decode()

    assert 'type="image/webp"' in page
    assert "640w" in page
    assert "1920w" in page
    assert 'alt="A field"' in page


def test_an_article_can_tell_its_picture_in_its_own_words(client: Client) -> None:
    picture = ImageFactory.create(description="A field")
    article = BlogPageFactory.create(picture=picture, picture_alt="Поле")

    assert 'alt="Поле"' in client.get(article.url).content.decode()


def test_an_article_outlives_its_picture_and_author(client: Client, admin: User) -> None:
    picture = ImageFactory.create()
    article = BlogPageFactory.create(picture=picture, author=admin)
    picture.delete()
    admin.delete()

    response = client.get(article.url)

    assert response.status_code == 200
    assert "<picture>" not in response.content.decode()


def test_readers_never_see_the_authors_address(client: Client, admin: User) -> None:
    admin.full_name = ""
    admin.save()
    article = BlogPageFactory.create(author=admin)

    assert admin.email not in client.get(article.url).content.decode()
    assert admin.email not in client.get("/blog/").content.decode()


def test_markup_in_plain_fields_is_inert(client: Client) -> None:
    bad = "<script>alert(1)</script>"
    article = BlogPageFactory.create(
        title=bad, lead=bad, body=[("heading", bad), ("quote", {"text": bad, "source": bad})]
    )

    assert bad not in client.get(article.url).content.decode()
    assert bad not in client.get("/blog/").content.decode()
