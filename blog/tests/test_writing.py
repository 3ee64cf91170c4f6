"""A content manager writes an article in the Wagtail admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from accounts.models import User
from accounts.tests.factories import UserFactory
from blog.models import BlogIndexPage, BlogPage
from blog.tests.factories import BlogPageFactory, ImageFactory, first_blog

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(content_manager: User, login: Callable[[User], Client]) -> Client:
    return login(content_manager)


@pytest.fixture
def new_article() -> str:
    """The address of the form for a new article."""
    return f"/cms/pages/add/blog/blogpage/{first_blog().pk}/"


def written(**changes: Any) -> dict[str, Any]:
    """Return what the form posts."""
    blocks = [
        ("heading", "Before you write"),
        ("text", rich_text("<p>Ask first.</p>")),
        ("quote", {"text": "Less is more", "source": ""}),
    ]
    article = {
        "title": "Ask first",
        "slug": "ask-first",
        "lead": "Why consent comes first.",
        "body": streamfield(blocks),
        "picture": "",
        "picture_alt": "",
        "published_on": "2026-03-01",
        "author": "",
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "action-publish": "action-publish",
    }
    form: dict[str, Any] = nested_form_data({**article, **changes})
    return form


def test_a_published_article_can_be_read_at_its_address(
    editor: Client, client: Client, new_article: str
) -> None:
    picture = ImageFactory.create()

    response = editor.post(new_article, written(picture=picture.pk))

    assert response.status_code == 302
    page = client.get("/blog/ask-first/").content.decode()
    assert "Why consent comes first." in page
    assert "Ask first." in page
    assert "<picture>" in page
    assert "Ask first" in client.get("/blog/").content.decode()
    assert "Ask first" in client.get("/").content.decode()


def test_a_draft_stays_hidden(editor: Client, client: Client, new_article: str) -> None:
    form = written()
    del form["action-publish"]

    editor.post(new_article, form)

    assert BlogPage.objects.get().live is False
    assert client.get("/blog/ask-first/").status_code == 404


def test_an_article_is_saved_while_a_block_is_half_written(
    editor: Client, new_article: str
) -> None:
    begun = {"title": "Go on", "text": "", "button": "", "page": "", "url": ""}
    form = written(body=streamfield([("action", begun)]))
    published = editor.post(new_article, form)
    del form["action-publish"]

    saved = editor.post(new_article, form, headers={"Accept": "application/json"})

    assert "body" in published.context["form"].errors
    assert saved.json()["success"]
    assert BlogPage.objects.get().body[0].value["title"] == "Go on"


def test_an_article_can_be_rewritten(editor: Client, client: Client) -> None:
    article = BlogPageFactory.create(slug="ask-first")

    editor.post(f"/cms/pages/{article.pk}/edit/", written(title="Ask twice"))

    assert "Ask twice" in client.get("/blog/ask-first/").content.decode()


def test_missing_fields_are_named_and_the_rest_is_kept(editor: Client, new_article: str) -> None:
    response = editor.post(new_article, written(lead=""))

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"lead"}
    assert "Before you write" in response.content.decode()


def test_a_picture_without_alternative_text_is_refused(editor: Client, new_article: str) -> None:
    picture = {"image": ImageFactory.create().pk, "alt_text": "", "caption": ""}

    response = editor.post(new_article, written(body=streamfield([("picture", picture)])))

    assert "body" in response.context["form"].errors
    assert not BlogPage.objects.exists()


def test_the_author_is_offered_among_those_who_write(
    editor: Client, content_manager: User, admin: User, new_article: str
) -> None:
    owner = UserFactory.create()

    form = editor.get(new_article).context["form"]

    assert set(form.fields["author"].queryset) == {content_manager, admin}
    assert form["author"].value() == content_manager.pk
    response = editor.post(new_article, written(author=owner.pk))
    assert "author" in response.context["form"].errors


def test_an_author_who_left_may_stay(editor: Client, content_manager: User) -> None:
    gone = UserFactory.create()
    article = BlogPageFactory.create(author=gone)

    editor.post(f"/cms/pages/{article.pk}/edit/", written(author=gone.pk, slug=article.slug))

    article.refresh_from_db()
    assert article.title == "Ask first"
    assert article.author == gone


def test_an_article_can_be_previewed_before_it_is_published(
    editor: Client, new_article: str
) -> None:
    preview = f"{new_article}preview/"

    assert editor.post(preview, written()).json()["is_valid"]
    assert "Why consent comes first." in editor.get(f"{preview}?mode=").content.decode()


def test_an_article_can_be_deleted_and_the_blog_cannot(editor: Client) -> None:
    article = BlogPageFactory.create()
    BlogPageFactory.create()
    blog = first_blog()

    editor.post(f"/cms/pages/{article.pk}/delete/")
    editor.post(f"/cms/pages/{blog.pk}/delete/")

    assert not BlogPage.objects.filter(pk=article.pk).exists()
    assert BlogIndexPage.objects.exists()
