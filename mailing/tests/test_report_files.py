"""Reports to take away."""

import csv
from collections.abc import Callable
from io import BytesIO, StringIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from mailing.models import Attempt
from mailing.reports import counting
from mailing.tests.sent_letters import make_attempt
from mailing.tests.test_reports import DAYS, LETTERS

Login = Callable[[User], Client]


@pytest.fixture
def sent(alice: User, bob: User) -> Attempt:
    attempt = make_attempt(alice, LETTERS, mailing__name="=HYPERLINK(1)")
    make_attempt(bob, LETTERS[:3], mailing__name="Bob's news")
    counting.catch_up()
    return attempt


def table(client: Client, name: str, **query: str) -> list[list[str]]:
    response = client.get(reverse("mailing:report_download", args=[name]), {**DAYS, **query})
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline="")))


def test_days(alice: User, login: Login, sent: Attempt) -> None:
    assert table(login(alice), "days") == [
        ["Day", "Sent", "Failed", "Uncertain", "Skipped", "Success, %"],
        ["2026-03-01", "1", "1", "1", "1", "33.33"],
        ["2026-03-02", "1", "0", "0", "0", "100.0"],
    ]


def test_mailings_of_an_owner_and_no_formula(alice: User, login: Login, sent: Attempt) -> None:
    _headings, *rows = table(login(alice), "mailings", owner="bob@example.org")
    assert rows == [["'=HYPERLINK(1)", "2", "1", "1", "1", "50.0"]]


def test_mailings_of_everybody(manager: User, login: Login, sent: Attempt) -> None:
    headings, *rows = table(login(manager), "mailings")
    assert headings[:2] == ["Mailing", "Owner"]
    assert [row[:3] for row in rows] == [
        ["'=HYPERLINK(1)", "alice@example.org", "2"],
        ["Bob's news", "bob@example.org", "2"],
    ]
    _headings, *rows = table(login(manager), "mailings", owner="bob@example.org")
    assert [row[0] for row in rows] == ["Bob's news"]


def test_answers(alice: User, login: Login, sent: Attempt) -> None:
    _headings, first, *others = table(login(alice), "answers")
    assert first[:5] == ["failed", "1", "550", "5.1.1", "There is no such mailbox"]
    assert len(others) == 2


def test_workbook(alice: User, login: Login, sent: Attempt) -> None:
    response = login(alice).get(reverse("mailing:report_download", args=["all"]), DAYS)
    assert "2026-03-01 2026-03-02.xlsx" in response["Content-Disposition"]
    book = load_workbook(BytesIO(response.getvalue()))
    assert book.sheetnames == ["Days", "Mailings", "Answers"]
    assert book["Mailings"]["A2"].value == "=HYPERLINK(1)"
    assert book["Mailings"]["A2"].data_type == "s"
    assert [row[1] for row in book["Days"].values] == ["Sent", 1, 1]


def test_no_other_table(alice: User, login: Login) -> None:
    path = reverse("mailing:report_download", args=["passwords"])
    assert login(alice).get(path, DAYS).status_code == 404
