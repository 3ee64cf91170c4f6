"""Rules of segments: what they may be, and whom they find, on whichever database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from mailing.models import Mailing, Recipient, RecipientList
from mailing.models.segment import matching, read_rules
from mailing.segments.rules import MAX_CONDITIONS, Rules
from mailing.tests.factories import (
    AttemptFactory,
    DeliveryFactory,
    MailingFactory,
    RecipientFactory,
    RecipientListFactory,
    SegmentFactory,
)
from mailing.tests.segment_reading import Reader, all_of, any_of, holds, rule

NOW = datetime(2030, 6, 15, 12, tzinfo=UTC)
MIDNIGHT = datetime(2030, 6, 1, 3, tzinfo=UTC)  # of Sao Paulo
TEXTS = (
    "Riga", "riga", "Рига", "100%", "a_b", "12", "12,5", "-3", "1e3", "2030-05-31", "01.06.2030",
    "2030-06-01T10:00", "x" * 20, "True", "O'Hara", '"', "\\", "%", "_", "[a]",
)  # fmt: skip
SOME_TEXTS = ("Riga", "iga", "r", "Р", "%", "_", "12", "\\", "'", '"', "[a]")

pytestmark = pytest.mark.django_db


def found(owner: User, rules: dict[str, Any]) -> set[str]:
    recipients = matching(Rules.read(rules), owner, NOW)
    return {email.partition("@")[0] for email in recipients.values_list("email", flat=True)}


@pytest.fixture
def owner(alice: User) -> User:
    User.objects.filter(pk=alice.pk).update(time_zone="America/Sao_Paulo")
    alice.refresh_from_db()
    return alice


@pytest.fixture
def lists(owner: User) -> list[RecipientList]:
    return RecipientListFactory.create_batch(2, owner=owner)


@pytest.fixture
def mailings(owner: User) -> list[Mailing]:
    return MailingFactory.create_batch(2, owner=owner)


@pytest.fixture
def readers(owner: User, lists: list[RecipientList], mailings: list[Mailing]) -> list[Reader]:
    """Return as many recipients as there are texts, each with another history."""
    attempts = [AttemptFactory.create(mailing=mailing) for mailing in mailings]
    trial = AttemptFactory.create(mailing=mailings[0], dry_run=True)
    readers = []
    for number, text in enumerate(TEXTS):
        recipient = RecipientFactory.create(
            owner=owner,
            email=f"{'r' if number % 2 else 'iga'}{number}@example.org",
            full_name=text if number % 3 else "",
            consent_source=TEXTS[-number] if number % 4 else "",
            attributes={"city": text} if number % 5 != 4 else {"other": "Riga"},
            state=Recipient.State.values[number % 4],
            lists=[chosen for place, chosen in enumerate(lists) if number >> place & 1],
        )
        Recipient.objects.filter(pk=recipient.pk).update(
            created_at=MIDNIGHT + timedelta(seconds=number - 5) * 3600,
            updated_at=NOW - timedelta(days=number, seconds=number % 2),
        )
        recipient.refresh_from_db()
        sent: list[Any] = []
        failed: list[Any] = []
        for place, attempt in enumerate(attempts):
            if number % (place + 3) == 0:
                state, past = ("sent", sent) if number % 2 else ("failed", failed)
                at = NOW - timedelta(days=number)
                past.append((attempt.mailing_id, at))
                DeliveryFactory.create(
                    attempt=attempt, recipient=recipient, state=state, finished_at=at
                )
        DeliveryFactory.create(
            attempt=trial, recipient=recipient, state="failed", finished_at=NOW, email=f"t{number}"
        )
        readers.append(
            Reader(recipient, {chosen.pk for chosen in recipient.lists.all()}, sent, failed)
        )
    return readers


def conditions(lists: list[RecipientList], mailings: list[Mailing]) -> st.SearchStrategy[Any]:
    text = st.one_of(
        st.tuples(
            st.sampled_from(
                ["is", "is_not", "contains", "not_contains", "starts_with", "ends_with"]
            ),
            st.sampled_from(TEXTS + SOME_TEXTS),
        ),
        st.tuples(st.sampled_from(["is_set", "is_not_set"]), st.none()),
    )
    key = st.sampled_from(["city", "other", "lost"])
    day = st.sampled_from(["2030-05-31", "2030-06-01", "2030-06-02", "1999-01-01"])
    days = st.integers(1, 25)
    sorts = [
        st.builds(lambda t, k: rule("attribute", t[0], t[1], k), text, key),
        st.builds(lambda k, t: rule(k, *t), st.sampled_from(["email", "name", "consent"]), text),
        st.builds(
            lambda t, v, k: rule("attribute_number", t, v, k),
            st.sampled_from(["greater", "less"]), st.sampled_from(["12", "12.5", "-3", "0"]), key,
        ),
        st.builds(
            lambda t, v, k: rule("attribute_date", t, v, k),
            st.sampled_from(["before", "after"]), day, key,
        ),
        st.builds(
            lambda t, v: rule("list", t, v.pk), st.sampled_from(["on", "not_on"]),
            st.sampled_from(lists),
        ),
        st.builds(
            lambda t, v: rule("state", t, v), st.sampled_from(["is", "is_not"]),
            st.sampled_from(Recipient.State.values),
        ),
        st.builds(
            lambda k, t, v: rule(k, t, v), st.sampled_from(["added", "changed"]),
            st.sampled_from(["before", "after"]), day,
        ),
        st.builds(
            lambda k, t, v: rule(k, t, v), st.sampled_from(["added_days", "changed_days"]),
            st.sampled_from(["within", "not_within"]), days,
        ),
        st.builds(
            lambda t, v: rule("mailing", t, v.pk), st.sampled_from(["got", "not_got", "failed"]),
            st.sampled_from(mailings),
        ),
        st.builds(
            lambda t, v: rule("letters", t, v), st.sampled_from(["got", "not_got", "failed"]), days
        ),
        st.builds(
            lambda t: rule("ever", t), st.sampled_from(["never_got", "ever_got", "ever_failed"])
        ),
    ]  # fmt: skip
    return st.one_of(sorts)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_database_finds_whom_plain_python_finds(
    data: st.DataObject,
    owner: User,
    lists: list[RecipientList],
    mailings: list[Mailing],
    readers: list[Reader],
) -> None:
    part = conditions(lists, mailings)
    match = st.sampled_from(["all", "any"])
    group = st.builds(
        lambda m, c: {"match": m, "conditions": c}, match, st.lists(part, min_size=1, max_size=3)
    )
    parts = data.draw(st.lists(part | group, min_size=1, max_size=4))
    rules = {"match": data.draw(match), "conditions": parts}
    expected = {
        reader.recipient.email.partition("@")[0]
        for reader in readers
        if holds(reader, rules, owner, NOW)
    }
    assert found(owner, rules) == expected


def test_each_test_of_each_kind_finds_some_and_not_all(
    owner: User, lists: list[RecipientList], mailings: list[Mailing], readers: list[Reader]
) -> None:
    rules = [
        *(rule("attribute", t, "Riga", "city") for t in ("is", "is_not", "contains")),
        *(rule("attribute", t, key="city") for t in ("is_set", "is_not_set")),
        *(rule("attribute_number", t, "5", "city") for t in ("greater", "less")),
        *(rule("attribute_date", t, "2030-05-31", "city") for t in ("after",)),
        *(rule("list", t, lists[0].pk) for t in ("on", "not_on")),
        *(rule("added", t, "2030-06-01") for t in ("before",)),
        *(rule("changed_days", t, 5) for t in ("within", "not_within")),
        *(rule("mailing", t, mailings[0].pk) for t in ("got", "not_got", "failed")),
        *(rule("letters", t, 9) for t in ("got", "not_got", "failed")),
        *(rule("ever", t) for t in ("never_got", "ever_got", "ever_failed")),
    ]
    for one in rules:
        assert 0 < len(found(owner, all_of(one))) < len(readers), one


def test_rules_of_any_size_are_one_query(owner: User, readers: list[Reader]) -> None:
    parts = [rule("attribute", "is", text, "city") for text in TEXTS[:5]]
    segment = SegmentFactory.create(owner=owner, rules=any_of(all_of(*parts), *parts))
    with CaptureQueriesContext(connection) as queries:
        list(segment.recipients())
    assert len(queries) == 1
    assert "Riga" not in str(segment.recipients().query.sql_with_params()[0])


def test_recipients_of_others_are_never_found(owner: User, bob: User) -> None:
    RecipientFactory.create(owner=bob, attributes={"city": "Riga"})
    assert found(owner, all_of(rule("attribute", "is", "Riga", "city"))) == set()
    assert found(owner, any_of(rule("state", "is", "active"), rule("ever", "never_got"))) == set()


@pytest.mark.parametrize("test", ["on", "not_on"])
def test_a_list_that_is_gone_or_anothers_matches_nobody(owner: User, bob: User, test: str) -> None:
    RecipientFactory.create(owner=owner)
    theirs = RecipientListFactory.create(owner=bob)
    for key in (theirs.pk, 10**12):
        assert found(owner, all_of(rule("list", test, key))) == set()
        with pytest.raises(ValidationError):
            read_rules(all_of(rule("list", test, key)), owner)


@pytest.mark.parametrize("test", ["got", "not_got", "failed"])
def test_a_mailing_that_is_gone_or_anothers_matches_nobody(
    owner: User, bob: User, test: str
) -> None:
    recipient = RecipientFactory.create(owner=owner)
    state = "failed" if test == "failed" else "sent"
    theirs = DeliveryFactory.create(
        attempt__mailing__owner=bob, recipient=recipient, state=state
    ).attempt.mailing
    for key in (theirs.pk, 10**12):
        assert found(owner, all_of(rule("mailing", test, key))) == set()
        with pytest.raises(ValidationError):
            read_rules(all_of(rule("mailing", test, key)), owner)


@pytest.mark.parametrize(
    "rules",
    [
        None, [], "x", {}, {"match": "all"}, all_of(), {"match": "some", "conditions": []},
        all_of(all_of()), all_of(all_of(all_of(rule("ever", "never_got")))),
        {"match": "all", "conditions": ["x"]},
        all_of({**rule("ever", "never_got"), "extra": 1}), all_of({"kind": ["ever"]}),
        all_of(*[rule("ever", "never_got")] * (MAX_CONDITIONS + 1)),
        all_of(*[all_of(*[rule("ever", "never_got")] * 11)] * 2),
        *(all_of(rule("attribute", "is", "x", key)) for key in ("", "a;b", "A", "a" * 51)),
        *(all_of(rule("attribute", "is", value, "a")) for value in ("", " ", "\0", "x" * 501, 5)),
        *(all_of(rule("attribute_number", "less", value, "n")) for value in ("1e9", "nan", "", 5)),
        *(all_of(rule("added", "before", value)) for value in ("31.05.2030", "2030-02-30", "x")),
        *(all_of(rule("added", "after", value)) for value in ("9999-12-31", "0001-01-01", 5)),
        *(all_of(rule("added_days", "within", value)) for value in (0, "7", True, 10**9, None)),
        *(all_of(rule("list", "on", value)) for value in ("1", 2**63, 0, None)),
        all_of(rule("password", "is", "x")), all_of(rule("attribute", "sql", "x", "city")),
        all_of(rule("state", "is", "deleted")),
    ],
)  # fmt: skip
def test_what_are_no_rules_is_refused(rules: Any) -> None:
    with pytest.raises(ValidationError) as error:
        Rules.read(rules)
    assert error.value.messages[0]


def test_as_many_conditions_as_allowed_are_taken() -> None:
    rules = all_of(*[rule("ever", "never_got")] * MAX_CONDITIONS)
    assert Rules.read(rules).as_json() == rules


def test_values_are_kept_in_one_spelling() -> None:
    rules = all_of(
        rule("attribute_number", "less", " 9,5 ", "age"), rule("attribute", "is_set", "x", "age")
    )
    assert Rules.read(rules).as_json() == all_of(
        rule("attribute_number", "less", "9.5", "age"), rule("attribute", "is_set", key="age")
    )
