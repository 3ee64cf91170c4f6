"""Addresses of pages are in Latin letters."""

import pytest

from blog.slugs import latin_slug
from blog.tests.factories import BlogPageFactory


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Why letters land in spam", "why-letters-land-in-spam"),
        ("Почему письма попадают в спам", "pochemu-pisma-popadayut-v-spam"),
        ("Ёлка, щука и подъезд!", "elka-shchuka-i-podezd"),
        ("Über Größe", "uber-grosse"),
        ("★", ""),
    ],
)
def test_a_title_in_latin_letters(title: str, slug: str) -> None:
    assert latin_slug(title) == slug


@pytest.mark.django_db
def test_a_russian_title_makes_the_address_when_none_is_given() -> None:
    first = BlogPageFactory.create(title="Спросите сначала", slug="")
    second = BlogPageFactory.create(title="Спросите сначала", slug="")

    assert (first.slug, second.slug) == ("sprosite-snachala", "sprosite-snachala-1")


@pytest.mark.django_db
def test_a_title_without_letters_gets_an_address_all_the_same() -> None:
    assert BlogPageFactory.create(title="★", slug="").slug == "blogpage"
