"""What stands where after `migrate`."""

import pytest
from django.test import Client
from wagtail.models import Page, Site

from blog.models import BlogIndexPage
from home.models import HomePage

pytestmark = pytest.mark.django_db


def test_the_home_page_is_the_root_of_the_site(client: Client) -> None:
    home = HomePage.objects.get()

    assert Site.objects.get(is_default_site=True).root_page_id == home.pk
    assert home.url == "/"
    assert client.get("/").context["page"] == home


def test_the_blog_stands_under_it(client: Client) -> None:
    blog = BlogIndexPage.objects.get()

    assert blog.get_parent().specific == HomePage.objects.get()
    assert client.get("/blog/").context["page"] == blog


def test_the_page_tree_is_sound() -> None:
    assert not any(Page.find_problems())


def test_wagtails_welcome_is_gone(client: Client) -> None:
    assert "Welcome to your new Wagtail site" not in client.get("/").content.decode()
    assert Page.objects.count() == 3
