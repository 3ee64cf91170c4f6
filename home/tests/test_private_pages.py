"""Pages for those who know a password."""

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from blog.models import BlogPage
from blog.tests.factories import BlogPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def private() -> BlogPage:
    """An article with a password."""
    article = BlogPageFactory.create(title="For colleagues")
    PageViewRestriction.objects.create(
        page=article, restriction_type=PageViewRestriction.PASSWORD, password="pelican"
    )
    return article


def answer(client: Client, password: str) -> tuple[int, str]:
    restriction = PageViewRestriction.objects.get()
    address = f"/_util/authenticate_with_password/{restriction.pk}/{restriction.page_id}/"
    form = {"password": password, "return_url": restriction.page.url}
    response = client.post(address, form, follow=True)
    return response.status_code, response.content.decode()


def test_the_question_looks_like_the_rest_of_the_site(client: Client, private: BlogPage) -> None:
    page = client.get(private.url).content.decode()

    assert '<h1 class="entrance__title">For those who know the password</h1>' in page
    assert 'type="password"' in page
    assert "For colleagues" not in page


def test_a_wrong_password_is_said_to_be_wrong(client: Client, private: BlogPage) -> None:
    status, page = answer(client, "penguin")

    assert status == 200
    assert "not correct" in page
    assert "For colleagues" not in page


def test_the_right_password_opens_the_page(client: Client, private: BlogPage) -> None:
    assert "<h1>For colleagues</h1>" in answer(client, "pelican")[1]
