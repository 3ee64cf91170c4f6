"""Pages of a list by cursors, tried on users."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.keyset import END, KeysetPage, Order, Pages, Total
from accounts.models import User
from accounts.tests.factories import UserFactory

MOMENT = datetime(2030, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
SORTS = ("email", "full_name", "last_login", "date_joined", "blocked_by__email", "number_of_groups")

pytestmark = pytest.mark.django_db


def users() -> QuerySet[Any]:
    everybody = User.objects.select_related("blocked_by")
    return everybody.annotate(number_of_groups=Count("groups"))


def walk(queryset: QuerySet[Any], sort: str, size: int) -> Iterator[KeysetPage]:
    """Yield the pages that the links to the next one lead through."""
    page = Pages(queryset, sort, size).get()
    yield page
    while page.after:
        page = Pages(queryset, sort, size).get(after=page.after)
        yield page


def walk_back(queryset: QuerySet[Any], sort: str, size: int) -> Iterator[KeysetPage]:
    page = Pages(queryset, sort, size).get(before=END)
    yield page
    while page.before:
        page = Pages(queryset, sort, size).get(before=page.before)
        yield page


def expected(sort: str) -> list[int]:
    """Return the keys in the order that the list promises, worked out in Python."""
    order = Order(users(), sort)
    rows = sorted(users(), key=lambda row: row.pk, reverse=order.is_descending)
    values = {row.pk: order.value_of(row) for row in rows}
    having = [row.pk for row in rows if values[row.pk] is not None]
    lacking = [row.pk for row in rows if values[row.pk] is None]
    return sorted(having, key=lambda pk: values[pk], reverse=order.is_descending) + lacking


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(
        st.tuples(
            st.sampled_from(["", "Ann", "Ben", "ann", "Ёжик"]), st.none() | st.integers(0, 3)
        ),
        max_size=12,
    ),
    sort=st.sampled_from([*SORTS, *(f"-{sort}" for sort in SORTS)]),
    size=st.integers(1, 5),
)
def test_every_row_is_on_one_page_in_order_both_ways(
    people: list[tuple[str, int | None]], sort: str, size: int
) -> None:
    User.objects.all().delete()
    boss = UserFactory.create(email="boss@example.org")
    for number, (name, days) in enumerate(people):
        UserFactory.create(
            email=f"u{number}@example.org",
            full_name=name,
            last_login=None if days is None else MOMENT + timedelta(days=days),
            blocked_by=boss if days else None,
        )
    keys = expected(sort)
    pages = list(walk(users(), sort, size))
    assert [row.pk for page in pages for row in page] == keys
    assert [page.start_index for page in pages] == list(range(1, len(keys) + 1, size))
    back = list(walk_back(users(), sort, size))
    assert back[-1].start_index == 1
    for later, earlier in pairwise(back[:-1]):
        assert len(earlier) == size
        assert keys.index(earlier[-1].pk) + 1 == keys.index(later[0].pk)
    seen = {row.pk for page in back for row in page}
    assert seen == set(keys)


def test_previous_leads_back_to_where_one_came_from() -> None:
    UserFactory.create_batch(25)
    first, second, third = list(walk(User.objects.all(), "email", 10))
    pages = Pages(User.objects.all(), "email", 10)
    assert pages.get(before=third.before).object_list == second.object_list
    assert (
        pages.get(before=second.before).object_list == first.object_list == pages.get().object_list
    )
    assert (second.start_index, second.end_index) == (11, 20)
    assert pages.get(before=third.before).start_index == 11


def test_rows_that_come_and_go_shift_no_page() -> None:
    """With numbered pages the 10th row would be shown twice, or the 11th never."""
    for number in range(20):
        UserFactory.create(email=f"u{number:02}@example.org")
    first = Pages(User.objects.all(), "email", 10).get()
    UserFactory.create(email="a@example.org")
    User.objects.filter(email__in=["u03@example.org", "u09@example.org"]).delete()
    second = Pages(User.objects.all(), "email", 10).get(after=first.after)
    assert [row.email for row in second] == [f"u{number}@example.org" for number in range(10, 20)]


@pytest.mark.parametrize(
    "cursor",
    ["x", "..", "\0", "é", "WyJhIiwxLDFd", "WyJhIiwxLDFd.AAAA", "9" * 5000],
)
def test_what_is_no_cursor_shows_the_first_page(cursor: str) -> None:
    UserFactory.create_batch(3)
    pages = Pages(User.objects.all(), "email", 2)
    assert pages.get(after=cursor).object_list == pages.get().object_list
    assert pages.get(before=cursor).object_list == pages.get().object_list


def test_a_cursor_counts_only_for_the_order_it_was_made_for() -> None:
    UserFactory.create_batch(3)
    cursor = Pages(User.objects.all(), "email", 2).get().after
    for sort in ("-email", "date_joined"):
        pages = Pages(User.objects.all(), sort, 2)
        assert pages.get(after=cursor).object_list == pages.get().object_list
    forged = signing.Signer(salt="accounts.keyset:blog.Tag:email", sep=".").sign_object(["", 0, 1])
    pages = Pages(User.objects.all(), "-email", 2)
    assert pages.get(after=forged).object_list == pages.get().object_list


def test_a_cursor_behind_the_last_row_shows_the_first_page() -> None:
    people = UserFactory.create_batch(4)
    pages = Pages(User.objects.all(), "pk", 2)
    second = pages.get(after=pages.get().after)
    cursor = pages.get().after
    User.objects.filter(pk__in=[person.pk for person in second]).delete()
    assert [row.pk for row in pages.get(after=cursor)] == [people[0].pk, people[1].pk]


def test_counting_ends_at_the_cap() -> None:
    UserFactory.create_batch(5)
    assert Total.of(User.objects.all(), most=5) == (5, True)
    assert Total.of(User.objects.all(), most=4) == (4, False)


def test_any_page_takes_two_queries_and_passes_over_no_rows() -> None:
    UserFactory.create_batch(30)
    for page in [*walk(User.objects.all(), "email", 10), None]:
        with CaptureQueriesContext(connection) as queries:
            pages = Pages(User.objects.all(), "email", 10)
            pages.get(after=page.after if page else "", before="" if page else END)
        assert len(queries) == 2
        assert not any("OFFSET" in query["sql"] for query in queries)
