"""The demo's pictures, texts and names."""

from io import BytesIO

import pytest
from PIL import Image

from home.demo.names import english_names, russian_names
from home.demo.pictures import PAINTERS, SIZE, paint
from home.demo.texts import body_blocks, read_texts


@pytest.mark.parametrize("name", PAINTERS)
def test_a_picture_is_the_same_each_time(name: str) -> None:
    content = paint(name)

    assert content == paint(name)
    assert Image.open(BytesIO(content)).size == SIZE
    assert len(content) < 400_000


def test_each_article_has_a_picture_and_says_something() -> None:
    articles = read_texts("articles")

    assert {article.slug for article in articles} == set(PAINTERS)
    for article in articles:
        assert article.named.keys() == {"Title", "Lead", "Picture"}
        assert 250 <= len(article.rest.split()) <= 400


def test_a_text_becomes_blocks() -> None:
    text = "One & two.\n\nThree.\n\n- four\n- five\n\n## Six\n\n> Seven\n\nEight."

    assert body_blocks(text) == [
        ("text", "<p>One &amp; two.</p><p>Three.</p><ul><li>four</li><li>five</li></ul>"),
        ("heading", "Six"),
        ("quote", {"text": "Seven", "source": ""}),
        ("text", "<p>Eight.</p>"),
    ]


def test_no_two_people_share_a_name_or_an_address() -> None:
    people = english_names() + russian_names()

    assert len(people) == 200
    assert len({name for name, _address in people}) == 200
    assert len({address for _name, address in people}) == 200
    assert all(address.isascii() for _name, address in people)
