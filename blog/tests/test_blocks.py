"""What the body of an article can be made of."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from blog.blocks import BodyBlock
from blog.link_blocks import CallToActionBlock
from blog.tests.factories import BlogPageFactory, ImageFactory, first_blog

pytestmark = pytest.mark.django_db

TABLE = {
    "caption": "What servers say",
    "columns": [{"type": "text", "heading": "Answer"}, {"type": "number", "heading": "Code"}],
    "rows": [{"values": ["Taken", 250]}, {"values": ["Later <b>", None]}],
}


def shown(client: Client, *body: tuple[str, Any]) -> str:
    article = BlogPageFactory.create(body=list(body))
    return client.get(article.url).content.decode()


def test_a_gallery_shows_every_picture_with_its_words(client: Client) -> None:
    pictures = [
        {"image": ImageFactory.create(), "alt_text": f"Picture {n}", "caption": ""}
        for n in range(3)
    ]

    page = shown(client, ("gallery", {"pictures": pictures}))

    assert all(f'alt="Picture {n}"' in page for n in range(3))


def test_code_is_shown_letter_by_letter(client: Client) -> None:
    page = shown(client, ("code", {"code": 'v=DMARC1; <p> "x"', "caption": "A record"}))

    assert "<code>v=DMARC1; &lt;p&gt; &quot;x&quot;</code>" in page
    assert "A record" in page


def test_a_table_has_headings_and_a_caption(client: Client) -> None:
    page = shown(client, ("table", TABLE))

    assert '<th scope="col">Answer</th>' in page
    assert "<caption>What servers say</caption>" in page
    assert "250" in page
    assert "Later &lt;b&gt;" in page


def test_a_link_card_asks_no_other_host_for_anything(client: Client) -> None:
    card = {"url": "https://example.org/film", "title": "A film", "text": ""}

    page = shown(client, ("link", card))

    assert 'href="https://example.org/film"' in page
    assert "<iframe" not in page


def test_a_call_to_action_leads_to_a_page_of_the_site(client: Client) -> None:
    action = {"title": "Go on", "text": "", "button": "Read", "page": first_blog(), "url": ""}

    page = shown(client, ("action", action))

    assert '<a class="button button--primary" href="/blog/">Read</a>' in page


@pytest.mark.parametrize("both", [True, False])
def test_a_call_to_action_leads_to_one_place(both: bool) -> None:
    block = CallToActionBlock()
    page = first_blog() if both else None
    url = "https://example.org/" if both else ""
    value = block.normalize({"title": "Go", "text": "", "button": "Go", "page": page, "url": url})

    with pytest.raises(ValidationError):
        block.clean(value)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "not an address"])
def test_a_link_card_leads_to_the_web_alone(url: str) -> None:
    block = BodyBlock().child_blocks["link"]

    with pytest.raises(ValidationError):
        block.clean(block.normalize({"url": url, "title": "A film", "text": ""}))


@pytest.mark.parametrize("name", BodyBlock().child_blocks)
def test_editors_see_what_a_block_looks_like(name: str) -> None:
    ImageFactory.create()
    block = BodyBlock().child_blocks[name]

    assert block.is_previewable
    assert block.get_description()
    assert block.render(block.get_preview_value()).strip()
