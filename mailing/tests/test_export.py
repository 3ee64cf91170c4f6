"""Exporting recipients."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from mailing.exporting import csv_lines
from mailing.models import Recipient
from mailing.tests.factories import RecipientFactory, RecipientListFactory


def exported(*arguments: str) -> str:
    out = StringIO()
    call_command("export_recipients", *arguments, stdout=out)
    return out.getvalue()


def imported(path: Path, owner: User) -> str:
    out = StringIO()
    call_command("import_recipients", str(path), "--owner", owner.email, stdout=out)
    return out.getvalue()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


def test_everything_about_a_recipient_is_there(alice: User, bob: User) -> None:
    readers = RecipientListFactory.create(owner=alice, name="Readers")
    RecipientFactory.create(
        owner=alice,
        email="ann@example.org",
        full_name="Аня, “A”",
        comment="two\nlines",
        attributes={"city": "Riga", "age": 7},
        consent_source="fair",
        lists=[readers],
    )
    RecipientFactory.create(owner=alice, email="ben@example.org", attributes={"team": "b"})
    RecipientFactory.create(owner=bob)
    ann, ben = rows(exported("--owner", alice.email))
    assert ann["email"] == "ann@example.org"
    assert (ann["full_name"], ann["comment"]) == ("Аня, “A”", "two\nlines")
    assert (ann["attributes.city"], ann["attributes.age"], ann["attributes.team"]) == (
        "Riga",
        "7",
        "",
    )
    assert (ann["recipient_state"], ann["recipient_lists"]) == ("active", "Readers")
    assert ann["consent_source"] == "fair"
    assert ann["recipient_since"]
    assert ben["attributes.team"] == "b"


@pytest.mark.parametrize("value", ["=1+1", "+47", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_no_cell_is_a_formula(alice: User, value: str) -> None:
    RecipientFactory.create(
        owner=alice, full_name=value, comment=value, attributes={"x": value, "y": "a=b"}
    )
    (row,) = rows(exported("--owner", alice.email))
    assert row["full_name"] == row["comment"] == row["attributes.x"] == f"'{value}"
    assert row["attributes.y"] == "a=b"


def test_an_import_takes_an_export_back(alice: User, bob: User, tmp_path: Path) -> None:
    RecipientFactory.create(
        owner=alice,
        email="ann@example.org",
        full_name="=Ann",
        comment="a;b",
        attributes={"phone": "+47 22", "город": "Рига", "n_1": "-1", "n_2": "＋1"},
    )
    RecipientFactory.create(owner=alice, email="имя@пример.рф", full_name="", attributes={})
    path = tmp_path / "out.csv"
    assert exported(str(path), "--owner", alice.email) == f"2 recipients written to {path}.\n"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "added: 2" in imported(path, bob)
    fields = ("email", "full_name", "comment")
    assert set(Recipient.objects.owned_by(bob).values_list(*fields)) == set(
        Recipient.objects.owned_by(alice).values_list(*fields)
    )
    ann = Recipient.objects.owned_by(bob).get(email="ann@example.org")
    assert ann.attributes == {"phone": "+47 22", "gorod": "Рига", "n_1": "-1", "n_2": "＋1"}
    assert "unchanged: 2" in imported(path, bob)


def test_one_list(alice: User, bob: User) -> None:
    readers = RecipientListFactory.create(owner=alice, name="Readers")
    RecipientFactory.create(owner=alice, email="ann@example.org", lists=[readers])
    RecipientFactory.create(owner=alice)
    RecipientListFactory.create(owner=bob, name="Bobs")
    assert [
        row["email"] for row in rows(exported("--owner", alice.email, "--list", "readers"))
    ] == ["ann@example.org"]
    with pytest.raises(CommandError, match="has no list with the name Bobs"):
        exported("--owner", alice.email, "--list", "Bobs")


def test_what_does_not_exist_is_told_in_a_sentence(alice: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no user"):
        exported("--owner", "nobody@example.org")
    with pytest.raises(CommandError, match="cannot be written"):
        exported(str(tmp_path), "--owner", alice.email)


def test_lines_come_one_by_one(alice: User) -> None:
    RecipientFactory.create_batch(3, owner=alice)
    lines = csv_lines(Recipient.objects.owned_by(alice))
    assert next(lines).startswith("email,full_name,")
    assert len(list(lines)) == 3
