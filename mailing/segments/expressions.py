"""Texts of recipients in queries, read alike by SQLite and PostgreSQL.

LIKE is not: SQLite's takes no account of capital letters. So places of text in text are compared.
"""

from typing import Any

from django.db.models import Case, CharField, Expression, F, FloatField, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Concat, Replace, Right, StrIndex, Substr
from django.db.models.lookups import Exact, GreaterThan, LessThan, Regex

NUMBER = r"^-?[0-9]{1,12}([.,][0-9]{1,3})?$"
ISO_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
DOTTED_DATE = r"^[0-9]{2}\.[0-9]{2}\.[0-9]{4}"


def attribute(key: str) -> Expression:
    """Return the text of an attribute; empty when there is none."""
    text = Cast(KeyTextTransform(key, F("attributes")), TextField())
    return Coalesce(text, Value(""), output_field=TextField())


def text_test(text: Any, test: str, value: str) -> Any:
    """Return the condition that `text` is, contains or begins or ends with `value`."""
    wanted = Value(value, output_field=TextField())
    if test == "contains":
        return GreaterThan(StrIndex(text, wanted), 0)
    if test == "starts_with":
        return Exact(StrIndex(text, wanted), 1)
    if test == "ends_with":
        return Exact(Right(text, len(value)), wanted)
    return Exact(text, wanted)


def number_test(text: Any, test: str, value: str) -> Any:
    """Return the condition that `text` is a number greater or less than `value`."""
    # only within a CASE is PostgreSQL sure not to read as a number what is none
    plain = Replace(text, Value(","), Value("."), output_field=TextField())
    number = Case(
        When(Regex(text, NUMBER), then=Cast(plain, FloatField())),
        default=None,
        output_field=FloatField(),
    )
    compare = GreaterThan if test == "greater" else LessThan
    return compare(number, Value(float(value), output_field=FloatField()))


def date_test(text: Any, test: str, value: str) -> Any:
    """Return the condition that `text` begins with a date before or after `value`.

    A date is written 2030-05-31 or 31.05.2030; `value` is the former.
    """
    dash = Value("-")
    dotted = Concat(
        Substr(text, 7, 4), dash, Substr(text, 4, 2), dash, Substr(text, 1, 2),
        output_field=TextField(),
    )  # fmt: skip
    day = Case(
        When(Regex(text, ISO_DATE), then=Substr(text, 1, 10)),
        When(Regex(text, DOTTED_DATE), then=dotted),
        default=None,
        output_field=TextField(),
    )
    compare = GreaterThan if test == "after" else LessThan
    return compare(day, Value(value, output_field=CharField()))
