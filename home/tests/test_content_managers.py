"""What helps content managers in the Wagtail admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from wagtail.images import get_image_model

from accounts.models import User
from blog.models import BlogPage
from blog.tests.factories import BlogPageFactory, first_blog, image_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(content_manager: User, login: Callable[[User], Client]) -> Client:
    return login(content_manager)


def panel(client: Client, name: str) -> str:
    page = client.get("/cms/").content.decode()
    return page.partition(f'id="{name}-content"')[2].partition("</section>")[0]


def test_drafts_and_latest_articles_are_the_first_they_see(editor: Client) -> None:
    BlogPageFactory.create(title="Published")
    BlogPageFactory.create(title="Unfinished", live=False, has_unpublished_changes=True)
    changed = BlogPageFactory.create(title="Out")
    changed.title = "Out and changed"
    changed.save_revision()

    assert "Unfinished" in panel(editor, "drafts")
    assert "Out and changed" in panel(editor, "drafts")
    assert "Published" not in panel(editor, "drafts")
    assert "Published" in panel(editor, "latest-articles")
    assert "Unfinished" not in panel(editor, "latest-articles")


def test_without_articles_the_panels_say_so(editor: Client) -> None:
    assert "None at the moment" in panel(editor, "drafts")


def test_the_first_page_costs_the_same_with_many_articles(
    editor: Client, django_assert_max_num_queries: Any
) -> None:
    BlogPageFactory.create_batch(20, has_unpublished_changes=True)

    with django_assert_max_num_queries(40):
        editor.get("/cms/")


def test_a_picture_is_not_taken_without_words(editor: Client) -> None:
    form = {"title": "Field", "file": image_file(), "description": "", "tags": "", "collection": 1}

    response = editor.post("/cms/images/add/", form)

    assert response.context["form"].errors.keys() == {"description"}
    form |= {"file": image_file(), "description": "A field"}
    assert editor.post("/cms/images/add/", form).status_code == 302
    assert get_image_model().objects.get().description == "A field"


def test_the_form_writes_addresses_in_latin_letters(editor: Client) -> None:
    page = editor.get(f"/cms/pages/add/blog/blogpage/{first_blog().pk}/").content.decode()

    assert 'data-w-slug-allow-unicode-value="True"' not in page


def test_they_see_each_block_before_they_choose_it(editor: Client) -> None:
    for block in BlogPage.body.field.stream_block.child_blocks.values():
        response = editor.get("/cms/block-preview/", {"id": block.definition_prefix})

        assert response.status_code == 200
        assert "css/blocks.css" in response.content.decode()
        assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_they_can_begin_a_translation(editor: Client) -> None:
    article = BlogPageFactory.create(title="Ask first", slug="ask-first")
    address = f"/cms/translation/submit/page/{article.pk}/"
    assert editor.get(address).status_code == 200

    editor.post(address, {"locales": [2], "include_subtree": ""})

    translation = article.get_translations().get()
    assert (translation.locale.language_code, translation.live) == ("ru", False)


def test_they_redirect_an_address(editor: Client, client: Client) -> None:
    blog = {"redirect_page": first_blog().pk, "redirect_link": ""}
    form = {"old_path": "/news", "site": "", "is_permanent": "on", **blog}

    editor.post("/cms/redirects/add/", form)

    response = client.get("/news/")
    assert (response.status_code, response["Location"]) == (301, "/blog/")


def test_the_editor_checks_the_page_while_it_is_written(editor: Client) -> None:
    article = BlogPageFactory.create()

    edit = editor.get(f"/cms/pages/{article.pk}/edit/").content.decode()
    preview = editor.get(f"/cms/pages/{article.pk}/view_draft/").content.decode()

    assert 'data-side-panel="checks"' in edit
    assert "wagtail-userbar" in preview


def test_visitors_get_no_tools_of_editors(client: Client, editor: Client) -> None:
    article = BlogPageFactory.create()

    assert "wagtail-userbar" in editor.get(article.url).content.decode()
    assert "wagtail" not in client.get(article.url).content.decode()
