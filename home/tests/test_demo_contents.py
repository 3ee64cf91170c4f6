"""The demo's pictures, texts and names."""

from io import BytesIO

import pytest
from PIL import Image

from home.demo.names import english_names, russian_names
from home.demo.pictures import PAINTERS, SIZE, paint
from home.demo.site_pages import LANGUAGES
from home.demo.texts import body_blocks, read_texts


@pytest.mark.parametrize("name", PAINTERS)
def test_a_picture_is_the_same_each_time(name: str) -> None:
    content = paint(name)

    assert content == paint(name)
    assert Image.open(BytesIO(content)).size == SIZE
    assert len(content) < 400_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_article_has_a_picture_and_says_something(language: str) -> None:
    articles = read_texts(f"articles/{language}")

    assert {article.slug for article in articles} == set(PAINTERS)
    assert len(articles) == 8
    for article in articles:
        assert article.named.keys() == {"Title", "Lead", "Picture", "Tags"}
        assert 400 <= len(article.rest.split()) <= 700


def test_every_page_is_there_in_every_language() -> None:
    for folder in ("articles", "pages"):
        names = [{text.slug for text in read_texts(f"{folder}/{each}")} for each in LANGUAGES]
        assert all(each == names[0] for each in names)


def test_a_text_becomes_blocks() -> None:
    text = (
        "One & two.\n\nThree.\n\n- four\n- five\n\n## Six\n\n> Seven\n\nEight."
        "\n\n@ Ask\nPlease.\n\n``` Nine\nTXT 1\nTXT 2\n```\n\n| Ten | Eleven |\n| 12 | 13 |"
    )

    assert body_blocks(text, 3) == [
        ("text", "<p>One &amp; two.</p><p>Three.</p><ul><li>four</li><li>five</li></ul>"),
        ("heading", "Six"),
        ("quote", {"text": "Seven", "source": ""}),
        ("text", "<p>Eight.</p>"),
        ("subscription", {"heading": "Ask", "text": "Please.", "list": 3, "button": ""}),
        ("code", {"code": "TXT 1\nTXT 2", "caption": "Nine"}),
        (
            "table",
            {
                "columns": [
                    {"type": "text", "heading": "Ten"},
                    {"type": "text", "heading": "Eleven"},
                ],
                "rows": [{"values": ["12", "13"]}],
                "caption": "",
            },
        ),
    ]


def test_no_two_people_share_a_name_or_an_address() -> None:
    people = english_names() + russian_names()

    assert len(people) == 200
    assert len({name for name, _address in people}) == 200
    assert len({address for _name, address in people}) == 200
    assert all(address.isascii() for _name, address in people)
