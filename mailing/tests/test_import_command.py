"""`import_recipients`, with a file of ten thousand rows of which forty are wrong."""

import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from mailing.models import Recipient, RecipientList

ROWS = 10_000

#: Ten kinds of wrong rows; each comes four times.
WRONG = [
    ("nobody,Name,Oslo,", "“nobody” is not an e-mail address"),
    (",Name,Oslo,", "There is no e-mail address."),
    ("name@example,Name,,", "is not an e-mail address"),
    ("na me@example.org,Name,,", "is not an e-mail address"),
    ("name@exa\u200bmple..org,,,", "is not an e-mail address"),
    ("Reader1@Example.org,Again,,", "The address is on line 2 already."),
    ("{n}@example.org,Name,Oslo,a,b", "The row has more cells than the first one"),
    ("{n}@example.org," + "x" * 151 + ",,", "The name is longer than 150 characters."),
    ("{n}@example.org,,," + "x" * 5001, "The comment is longer than 5000 characters."),
    ("{n}@example.org,," + "x" * 501 + ",", "The value of “city” is longer than 500 characters."),
]


def large_file(path: Path) -> dict[int, str]:
    """Write the file, and return the reason for each line that is wrong."""
    lines, reasons, row, wrong = ["email,full_name,city,comment"], {}, 0, WRONG * 4
    while row < ROWS:
        row += 1
        if row % 250 == 0:
            text, reason = wrong[row // 250 - 1]
            reasons[len(lines) + 1] = reason
            lines.append(text.replace("{n}", f"wrong{row}"))
        elif row % 99 == 0:
            lines += [f'reader{row}@example.org,Reader {row},Oslo,"first', f'second {row}"']
        else:
            lines.append(f"reader{row}@example.org,Reader {row},Oslo,")
    path.write_text("\n".join(lines) + "\n")
    return reasons


def run(*arguments: str) -> tuple[str, str, int]:
    """Run the command and return what it printed, what it complained of, and its exit status."""
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command("import_recipients", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        err.write(f"{error}\n")
        status = error.returncode
    return out.getvalue(), err.getvalue(), status


def test_ten_thousand_rows_of_which_forty_are_wrong(alice: User, tmp_path: Path) -> None:
    path = tmp_path / "readers.csv"
    reasons = large_file(path)
    assert len(reasons) == 40
    out, err, status = run(str(path), "--owner", "Alice@example.org", "--list", "Readers")
    assert status == 1
    assert out.splitlines() == [
        "added: 9960",
        "updated: 0",
        "unchanged: 0",
        "suppressed: 0",
        "wrong: 40",
        "total: 10000",
    ]
    *wrong, last = err.splitlines()
    assert last == "40 of 10000 rows were left out."
    for told, (line, reason) in zip(wrong, reasons.items(), strict=True):
        assert told.startswith(f"Line {line}: ")
        assert reason in told
    assert RecipientList.objects.get(name="Readers").recipients.count() == 9960
    row = Recipient.objects.get(email="reader99@example.org")
    assert (row.full_name, row.comment) == ("Reader 99", "first\nsecond 99")
    assert row.attributes == {"city": "Oslo"}
    assert row.consent_source == "import readers.csv"

    out, _err, status = run(str(path), "--owner", "alice@example.org", "--list", "readers")
    assert status == 1
    assert out.splitlines()[:3] == ["added: 0", "updated: 0", "unchanged: 9960"]
    assert RecipientList.objects.get().recipients.count() == 9960


def test_nothing_wrong_is_status_0(alice: User, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("email\nann@example.org\n")
    assert run(str(path), "--owner", alice.email)[1:] == ("", 0)


def test_a_dry_run_saves_nothing_and_makes_no_list(alice: User, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("email\nann@example.org\n")
    out, _err, status = run(str(path), "--owner", alice.email, "--list", "New", "--dry-run")
    assert status == 0
    assert out.startswith("Dry run: nothing was saved.\nadded: 1\n")
    assert not Recipient.objects.exists()
    assert not RecipientList.objects.exists()


@pytest.mark.parametrize(
    ("owner", "content", "sentence"),
    [
        ("nobody@example.org", "email\n", "There is no user with the address nobody@example.org."),
        ("manager@example.org", "email\n", "manager@example.org is not an owner: managers"),
        ("alice@example.org", "name\nAnn\n", "There is no column with e-mail addresses."),
        ("alice@example.org", None, "cannot be read: No such file or directory."),
    ],
)
def test_what_does_not_exist_is_told_in_a_sentence(
    alice: User, manager: User, tmp_path: Path, owner: str, content: str | None, sentence: str
) -> None:
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_text(content)
    out, err, status = run(str(path), "--owner", owner, "--list", "New")
    assert (out, status) == ("", 1)
    assert sentence in err
    assert len(err.splitlines()) == 1
    assert not RecipientList.objects.exists()


def test_a_file_on_the_standard_input(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    given = TextIOWrapper(BytesIO("email;имя\nann@example.org;Аня\n".encode("cp1251")))
    monkeypatch.setattr(sys, "stdin", given)
    assert run("-", "--owner", alice.email)[2] == 0
    row = Recipient.objects.get()
    assert (row.full_name, row.consent_source) == ("Аня", "import")
