"""Attributes as lines of text."""

import pytest
from django.core.exceptions import ValidationError

from mailing.forms.attributes import AttributesField


@pytest.fixture
def field() -> AttributesField:
    return AttributesField()


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ("", {}),
        ("  \n\n", {}),
        ("city: Riga", {"city": "Riga"}),
        ("city:Riga\r\nsize_2 :  XL ", {"city": "Riga", "size_2": "XL"}),
        ("url: https://example.org/a:b", {"url": "https://example.org/a:b"}),
        ("empty:", {"empty": ""}),
        ("name: Åsa 🎉", {"name": "Åsa 🎉"}),
    ],
)
def test_lines_become_a_dictionary(
    field: AttributesField, text: str, attributes: dict[str, str]
) -> None:
    assert field.clean(text) == attributes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Riga", "Line 1"),
        ("city: Riga\n\n: Riga", "Line 3"),
        ("City: Riga", "“City”"),
        ("2nd: x", "“2nd”"),
        ("город: Рига", "Latin"),
        ("first name: Ann", "cannot be a name"),
        (f"{'a' * 51}: x", "50"),
        (f"city: {'x' * 501}", "500"),
        ("a: 1\na: 2", "twice"),
        ("\n".join(f"a{n}: x" for n in range(51)), "50"),
        ("city: Ri\0ga", "Null"),
    ],
)
def test_wrong_lines_are_named(field: AttributesField, text: str, said: str) -> None:
    with pytest.raises(ValidationError) as error:
        field.clean(text)
    assert said in " ".join(error.value.messages)


def test_dictionary_becomes_lines_that_read_back_the_same(field: AttributesField) -> None:
    attributes = {"city": "Riga", "note": "a: b"}
    lines = field.prepare_value(attributes)
    assert lines == "city: Riga\nnote: a: b"
    assert field.clean(lines) == attributes
    assert not field.has_changed(attributes, lines.replace("\n", "\r\n"))


def test_values_of_other_kinds_are_shown_on_one_line(field: AttributesField) -> None:
    assert field.prepare_value({"n": 5, "text": "two\nlines"}) == "n: 5\ntext: two lines"


def test_wrong_input_is_shown_as_typed(field: AttributesField) -> None:
    assert field.prepare_value("City Riga") == "City Riga"
