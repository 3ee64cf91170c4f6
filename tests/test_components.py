"""The components in templates/components, drawn without the pages that use them."""

import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views import defaults

from accounts.keyset import KeysetPage, Total
from accounts.listing import Column
from accounts.models import User
from mailing.models import Attempt

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PAGES = [path for path in TEMPLATES.rglob("*.html") if "emails" not in path.parts]


class OrderForm(forms.Form):
    """One field of every kind that is drawn in its own way."""

    name = forms.CharField(help_text="As on the door.")
    nickname = forms.CharField(required=False)
    size = forms.ChoiceField(choices=[("s", "small"), ("l", "large")], widget=forms.RadioSelect)
    terms = forms.BooleanField(label="I agree")
    picture = forms.FileField()
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def ask(user: User | None = None, path: str = "/dashboard/things/", **query: str) -> HttpRequest:
    request = RequestFactory().get(path, query)
    if user:
        request.user = user
    return request


def listing(request: HttpRequest, rows: int, search: str = "", sort: str = "name") -> str:
    """Draw the second ten of a list of `rows` things, or the first when there are no more."""
    things = [f"thing {n}" for n in range(rows)]
    page = (
        KeysetPage(things[10:20], Total(rows, True), 11, "eleventh", "twentieth")
        if rows > 10
        else KeysetPage(things, Total(rows, True), 1)
    )
    columns = [Column("Name", "name"), Column("Size", "size"), Column("")]
    context = {"page_obj": page, "columns": columns, "search": search, "sort": sort}
    return render_to_string("components/list.html", {**context, "searchable": True}, request)


def ids(html: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', html))


def test_the_summary_of_errors_links_to_each_field_that_exists() -> None:
    html = str(OrderForm({"secret": "kept"}))
    targets = re.findall(r'href="#([^"]+)"', html)
    assert len(targets) == 4
    assert set(targets) <= ids(html)
    assert "Name: This field is required." in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert "error-summary" not in str(OrderForm())


def test_an_error_of_the_whole_form_and_of_a_hidden_field_is_in_the_summary() -> None:
    form = OrderForm({})
    form.add_error(None, "Come back on Monday.")
    form.add_error("secret", "Wrong.")
    summary = str(form).split("</ul>")[0]
    assert "Come back on Monday." in summary
    assert "Wrong." in summary


def test_help_and_errors_are_tied_to_their_field() -> None:
    html = str(OrderForm({}))
    field = re.search(r'<input type="text" name="name"[^>]*>', html)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="id_name_helptext id_name_error"' in field[0]
    described = " ".join(re.findall(r'aria-describedby="([^"]+)"', html)).split()
    assert set(described) <= ids(html)


def test_every_control_has_a_label_or_a_legend() -> None:
    html = str(OrderForm())
    labels = re.findall(r'<label[^>]* for="([^"]+)"', html)
    assert {"id_name", "id_nickname", "id_terms", "id_picture", "id_size_0", "id_size_1"} == set(
        labels
    )
    assert "<legend" in html


def test_only_what_may_be_left_out_is_marked() -> None:
    html = str(OrderForm())
    assert html.count("optional</span>") == 1
    assert re.search(r"Nickname <span[^>]*>optional", html)


def test_what_was_typed_is_kept_and_escaped() -> None:
    html = str(OrderForm({"name": '"><script>', "secret": "kept"}))
    assert 'value="&quot;&gt;&lt;script&gt;"' in html
    assert '<input type="hidden" name="secret" value="kept"' in html


def test_the_form_page_sends_files_and_names_its_button(alice: User) -> None:
    context = {"form": OrderForm(), "submit_label": "Order", "cancel_url": "/back/"}
    html = render_to_string("components/form_page.html", context, ask(alice))
    assert 'enctype="multipart/form-data"' in html
    assert "csrfmiddlewaretoken" in html
    assert re.search(r'<button class="button button--primary"[^>]*>Order</button>', html)
    assert 'href="/back/"' in html


def test_a_confirmation_posts_and_looks_dangerous(alice: User) -> None:
    html = render_to_string("components/confirm.html", {"cancel_url": "/back/"}, ask(alice))
    assert '<form class="form" method="post"' in html
    assert re.search(r'<button class="button button--danger"[^>]*>Delete</button>', html)


def test_pages_keep_the_search_and_the_order(alice: User) -> None:
    html = listing(ask(alice, q="a&b", sort="size", after="tenth"), rows=95, search="a&b")
    links = re.findall(r'<a class="pagination__step"[^>]*href="([^"]*)"', html)
    kept = "?q=a%26b&amp;sort=size"
    steps = ["", "&amp;before=eleventh", "&amp;after=twentieth", "&amp;before=end"]
    assert links == [kept + step for step in steps]
    assert "11–20 of 95" in html


@pytest.mark.parametrize(
    ("total", "number", "text"),
    [
        (Total(1234, True), 1211, "1,211–1,213 of 1,234"),
        (Total(10_000, False), 11, "11–13 of more than 10,000"),
        (Total(1234, True), None, "1,234 in all"),
        (Total(1234, True), 1300, "1,234 in all"),
        (Total(10_000, False), None, "more than 10,000"),
    ],
)
def test_the_count_says_as_much_as_is_known(total: Total, number: int | None, text: str) -> None:
    page = KeysetPage(["a", "b", "c"], total, number)
    html = render_to_string("components/count.html", {"page_obj": page}, ask())
    assert re.sub("<[^>]*>", "", html).strip() == text


def test_only_neighbours_and_ends_of_many_pages_are_listed() -> None:
    page = Paginator(range(1_000_000), 10).get_page(500)
    html = render_to_string("components/pagination.html", {"page_obj": page}, ask())
    assert re.findall(r"page=(\d+)", html) == [
        "499", "1", "499", "500", "501", "100000", "501",
    ]  # fmt: skip


def test_one_page_needs_no_pages(alice: User) -> None:
    assert '<nav class="pagination"' not in listing(ask(alice), rows=10)


def test_a_heading_sorts_by_its_column_and_turns_the_order_round(alice: User) -> None:
    html = listing(ask(alice, after="tenth", q="x"), rows=30, search="x")
    assert html.count("aria-sort") == 1
    assert '<th scope="col" class="" aria-sort="ascending">' in html
    assert 'href="?q=x&amp;sort=-name"' in html
    assert 'href="?q=x&amp;sort=size"' in html
    html = listing(ask(alice), rows=30, sort="-name")
    assert 'aria-sort="descending"' in html
    assert 'href="?sort=name"' in html


def test_a_list_with_nothing_yet_differs_from_nothing_found(alice: User) -> None:
    assert "Nothing found" not in listing(ask(alice), rows=0)
    html = listing(ask(alice, q="zebra"), rows=0, search="zebra")
    assert "Nothing found" in html
    assert 'href="/dashboard/things/"' in html
    assert 'value="zebra"' in html


@pytest.mark.parametrize(
    ("role", "seen", "unseen"),
    [
        ("alice", ["Mailings", "Recipients", "Suppressions"], ["Users", "Administration"]),
        ("manager", ["Mailings", "Users"], ["Recipients", "Messages", "Administration"]),
        ("admin", ["Recipients", "Users", "Administration", "Public site"], []),
    ],
)
def test_everybody_sees_the_navigation_of_their_role(
    role: str, seen: list[str], unseen: list[str], request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(role)
    html = render_to_string("components/dashboard_navigation.html", {"user": user}, ask(user))
    links = re.findall(r"<span>([^<]+)</span>", html)
    assert set(seen) <= set(links)
    assert not set(unseen) & set(links)


def test_the_page_and_its_section_are_marked(alice: User) -> None:
    template = "components/navigation_link.html"
    link: dict[str, Any] = {"url": "/dashboard/things/", "label": "Things", "icon": "list"}
    assert 'aria-current="page"' in render_to_string(template, link, ask(alice))
    below = ask(alice, "/dashboard/things/5/edit/")
    assert 'aria-current="true"' in render_to_string(template, link, below)
    assert "aria-current" not in render_to_string(template, link, ask(alice, "/dashboard/"))


def test_progress_says_its_counts_and_survives_an_attempt_without_recipients() -> None:
    attempt = Attempt(total=2000, sent=1000, failed=40, skipped=10)
    html = render_to_string("components/progress.html", {"attempt": attempt})
    assert 'aria-valuenow="52"' in html
    assert 'viewBox="0 0 2000 1"' in html
    assert 'x="1000" width="40"' in html
    html = render_to_string("components/progress.html", {"attempt": Attempt(total=0)})
    assert 'viewBox="0 0 1 1"' in html


def test_the_error_pages_need_neither_database_nor_user() -> None:
    request = ask()
    answers = [
        defaults.server_error(request),
        defaults.bad_request(request, Exception()),
        defaults.page_not_found(request, Exception()),
        defaults.permission_denied(request, Exception()),
    ]
    for answer in answers:
        text = answer.content.decode()
        assert '<main class="entrance__main" id="main"' in text
        assert 'href="/static/css/tokens.css"' in text


def test_an_expired_form_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert answer.status_code == 403
    assert "The form has expired" in answer.content.decode()


def test_every_icon_is_drawn() -> None:
    drawn = ids((Path(settings.BASE_DIR) / "static/img/icons.svg").read_text())
    used = {
        name
        for page in PAGES
        for name in re.findall(
            r'(?:\bicon|icon\.html" with name)="([a-z]+)"', page.read_text("utf-8")
        )
    }
    assert used
    assert used <= drawn


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_no_page_has_styles_or_scripts_in_line_or_from_elsewhere(page: Path) -> None:
    html = page.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert not re.search(r"""<script(?![^>]*(?:\ssrc=|"application/ld\+json"))""", html)
    assert not re.search(r"""(?:src|<link[^>]*href)=["']?(?:https?:)?//""", html)
