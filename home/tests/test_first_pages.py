"""What stands where after `migrate`."""

import pytest
from django.test import Client
from wagtail.models import Locale, Page, Site

from blog.models import BlogIndexPage
from blog.tests.factories import first_blog
from home.tests.factories import first_home

pytestmark = pytest.mark.django_db


def test_the_home_page_is_the_root_of_the_site(client: Client) -> None:
    home = first_home()

    assert Site.objects.get(is_default_site=True).root_page_id == home.pk
    assert home.url == "/"
    assert client.get("/").context["page"] == home


def test_the_blog_stands_under_it(client: Client) -> None:
    blog = first_blog()

    assert blog.get_parent().specific == first_home()
    assert client.get("/blog/").context["page"] == blog


def test_the_page_tree_is_sound() -> None:
    assert not any(Page.find_problems())


def test_wagtails_welcome_is_gone(client: Client) -> None:
    assert "Welcome to your new Wagtail site" not in client.get("/").content.decode()
    assert Page.objects.count() == 5


def test_every_language_has_a_tree_of_its_own(client: Client) -> None:
    for path in ("/ru/", "/ru/blog/"):
        page = client.get(path).content.decode()
        assert '<html lang="ru">' in page
    assert BlogIndexPage.objects.get(locale__language_code="ru").url == "/ru/blog/"
    assert first_blog().has_translation(Locale.objects.get(language_code="ru"))
