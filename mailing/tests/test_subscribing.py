"""Visitors put themselves on a list: the form, what is asked of them, and who is turned away."""

import time
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.models import Recipient, SubscriptionForm, SubscriptionRequest
from mailing.models.subscription_request import MOST_FROM_A_NETWORK, MOST_LISTS
from mailing.subscribing import stamps
from mailing.subscribing.networks import network_of
from mailing.tasks import send_subscription_letters
from mailing.tests.factories import (
    RecipientFactory,
    RecipientListFactory,
    SubscriptionFormFactory,
    SubscriptionRequestFactory,
)

pytestmark = pytest.mark.django_db

ADDRESS = "ann@example.org"


@pytest.fixture
def visitor() -> Client:
    """A browser without a cookie, whose forms need no token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def form(alice: User) -> SubscriptionForm:
    return SubscriptionFormFactory.create(
        recipient_list__owner=alice, recipient_list__name="Inner name", public_name="Friday letter"
    )


def fields(form: SubscriptionForm, email: str = ADDRESS, **more: str) -> dict[str, str]:
    """Return what a person sends who has looked at the form for ten seconds."""
    stamp = stamps.make(form.mark, time.time() - 10)
    return {"email": email, "website": "", "stamp": stamp, "language": "en", **more}


def asked() -> list[str]:
    return sorted(SubscriptionRequest.objects.values_list("email", flat=True))


def test_the_form_shows_what_one_agrees_to_and_nothing_of_the_owner(
    visitor: Client, form: SubscriptionForm
) -> None:
    page = visitor.get(form.get_absolute_url()).content.decode()

    assert "Friday letter" in page
    assert "I want to get this letter." in page
    assert "csrfmiddlewaretoken" not in page
    assert not any(hidden in page for hidden in ("Alice", "alice@", "Inner name"))


def test_an_address_is_kept_until_it_is_confirmed(visitor: Client, form: SubscriptionForm) -> None:
    response = visitor.post(
        form.get_absolute_url(),
        fields(form, " Ann@Example.org "),
        headers={"Referer": "http://testserver/blog/ask-first/?from=secret"},
        REMOTE_ADDR="2001:db8:1:2:3::4",
    )

    assert "Now look into your mailbox" in response.content.decode()
    request = SubscriptionRequest.objects.get()
    assert (request.email, request.place, request.language) == (ADDRESS, "/blog/ask-first/", "en")
    assert (request.asked_ip, request.network) == ("2001:db8:1:2:3::4", "2001:db8:1:2::/64")
    assert request.wording == form.wording
    assert not Recipient.objects.exists()


def test_the_letter_is_left_to_a_task(
    visitor: Client, form: SubscriptionForm, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as queued:
        visitor.post(form.get_absolute_url(), fields(form))

    assert mail.outbox == []
    assert len(queued) == 1


def test_the_script_gets_the_answer_alone(visitor: Client, form: SubscriptionForm) -> None:
    htmx = {"HX-Request": "true"}
    wrong = visitor.post(form.get_absolute_url(), fields(form, "nobody"), headers=htmx)
    right = visitor.post(form.get_absolute_url(), fields(form), headers=htmx)

    for response in (wrong, right):
        assert "<html" not in response.content.decode()
    assert "data-subscription" in wrong.content.decode()
    assert "data-answer" in right.content.decode()


def test_the_answer_does_not_tell_who_is_known(visitor: Client, form: SubscriptionForm) -> None:
    owner = form.recipient_list.owner
    RecipientFactory.create(owner=owner, email="on@example.org", lists=[form.recipient_list])
    left = RecipientFactory.create(owner=owner, email="off@example.org")
    left.unsubscribe()
    RecipientFactory.create(owner=owner, email="hurt@example.org", state="bounced")

    pages = {
        visitor.post(form.get_absolute_url(), fields(form, email))
        .content.decode()
        .replace(email, "…")
        for email in ("on@example.org", "off@example.org", "hurt@example.org", "new@example.org")
        for _again in range(2)
    }

    assert len(pages) == 1


def test_known_and_new_addresses_cost_the_same(
    visitor: Client, form: SubscriptionForm, django_assert_num_queries: Any
) -> None:
    RecipientFactory.create(owner=form.owner, email="on@example.org", lists=[form.recipient_list])
    counts = []
    for email in ("on@example.org", "new@example.org"):
        with django_assert_num_queries(10, exact=False) as asked_for:
            visitor.post(form.get_absolute_url(), fields(form, email))
        counts.append([query["sql"].split(" ")[0] for query in asked_for.captured_queries])
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "email",
    [
        *("", "ann", "ann@", "a b@example.org", "ann@example.org, ben@example.org"),
        *(
            "ann@example.org\nBcc: all@example.org",
            "ann@example.org\r\n\r\nBuy!",
            "ann@[127.0.0.1]",
        ),
        *("анна@example.org", '"<script>"@example.org', f"{'a' * 300}@example.org", "a@nowhere"),
    ],
)
def test_what_is_no_address_is_said_to_be_none_and_kept_in_the_form(
    visitor: Client, form: SubscriptionForm, email: str
) -> None:
    response = visitor.post(form.get_absolute_url(), fields(form, email))

    assert response.context["form"].errors["email"]
    assert asked() == []
    assert "<script>" not in response.content.decode()


def test_an_address_in_other_letters_after_the_at_is_taken(
    visitor: Client, form: SubscriptionForm
) -> None:
    visitor.post(form.get_absolute_url(), fields(form, "ann@Пример.рф"))

    assert asked() == ["ann@пример.рф"]


def test_a_program_that_fills_in_everything_hears_the_same(
    visitor: Client, form: SubscriptionForm
) -> None:
    response = visitor.post(form.get_absolute_url(), fields(form, website="https://spam.example"))

    assert "Now look into your mailbox" in response.content.decode()
    assert asked() == []


@pytest.mark.parametrize("age", [-5.0, 0.0, 1.0, stamps.MOST + 10])
def test_a_form_sent_too_quickly_or_too_late_is_shown_again_and_then_taken(
    visitor: Client, form: SubscriptionForm, age: float
) -> None:
    wrong = fields(form) | {"stamp": stamps.make(form.mark, time.time() - age)}

    response = visitor.post(form.get_absolute_url(), wrong)

    page = response.content.decode()
    assert "press the button again" in page
    assert f'value="{ADDRESS}"' in page
    assert asked() == []
    visitor.post(form.get_absolute_url(), wrong | {"stamp": response.context["stamp"]})
    assert asked() == [ADDRESS]


def test_stamps_of_other_forms_and_forged_ones_are_worth_nothing(
    visitor: Client, form: SubscriptionForm
) -> None:
    other = SubscriptionFormFactory.create()
    good = stamps.make(form.mark, time.time() - 10)
    for stamp in ("", "x", good[:-1], good.upper(), stamps.make(other.mark, time.time() - 10)):
        visitor.post(form.get_absolute_url(), fields(form) | {"stamp": stamp})

    assert asked() == []


def test_who_read_another_wording_is_asked_again(visitor: Client, form: SubscriptionForm) -> None:
    before = fields(form)
    form.wording = "I also want offers."
    form.save()

    page = visitor.post(form.get_absolute_url(), before).content.decode()

    assert "I also want offers." in page
    assert asked() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://testserver"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"}, 403),
    ],
)
def test_forms_on_other_sites_are_refused(
    visitor: Client, form: SubscriptionForm, headers: dict[str, str], status: int
) -> None:
    response = visitor.post(form.get_absolute_url(), fields(form), headers=headers)

    assert response.status_code == status
    assert len(asked()) == (status == 200)


def test_one_letter_in_ten_minutes_and_three_in_all(
    visitor: Client, form: SubscriptionForm, pass_hours: Any
) -> None:
    sent = []
    for minutes in (0, 5, 6, 11, 11, 11):
        pass_hours(minutes / 60)
        visitor.post(form.get_absolute_url(), fields(form))
        send_subscription_letters()
        sent.append(len(mail.outbox))

    assert sent == [1, 1, 2, 3, 3, 3]


def test_a_lapsed_request_is_begun_anew(
    visitor: Client, form: SubscriptionForm, pass_hours: Any
) -> None:
    SubscriptionRequestFactory.create(form=form, email=ADDRESS, letters=3)
    pass_hours(49)

    visitor.post(form.get_absolute_url(), fields(form))

    request = SubscriptionRequest.objects.get()
    assert (request.letters, request.next_try_at) == (1, request.asked_at)


def test_one_address_is_asked_about_few_lists(visitor: Client) -> None:
    forms = SubscriptionFormFactory.create_batch(MOST_LISTS + 1)
    for form in forms:
        page = visitor.post(form.get_absolute_url(), fields(form)).content.decode()
        assert "Now look into your mailbox" in page

    assert len(asked()) == MOST_LISTS


def test_one_network_names_few_addresses(visitor: Client, form: SubscriptionForm) -> None:
    for n in range(MOST_FROM_A_NETWORK):
        SubscriptionRequestFactory.create(form=form, email=f"v{n}@example.org")

    refused = visitor.post(form.get_absolute_url(), fields(form), REMOTE_ADDR="192.0.2.7")
    taken = visitor.post(form.get_absolute_url(), fields(form), REMOTE_ADDR="192.0.2.8")

    assert refused.status_code == 429
    assert "Try again in an hour" in refused.content.decode()
    assert f'value="{ADDRESS}"' in refused.content.decode()
    assert taken.status_code == 200
    assert ADDRESS in asked()


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("unix:", ""),
    ],
)
def test_what_counts_as_one_network(ip: str, network: str) -> None:
    assert network_of(ip) == network


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_closed_form_says_so(visitor: Client, form: SubscriptionForm, method: str) -> None:
    form.is_open = False
    form.save()

    response = getattr(visitor, method)(form.get_absolute_url(), fields(form))

    assert response.status_code == 410
    assert "takes no new subscriptions" in response.content.decode()
    assert asked() == []


def test_the_form_of_a_blocked_owner_is_closed(
    visitor: Client, form: SubscriptionForm, alice: User
) -> None:
    alice.block(None, "Complaints")

    response = visitor.post(form.get_absolute_url(), fields(form))

    assert response.status_code == 410
    assert asked() == []


def test_addresses_of_forms_cannot_be_guessed(visitor: Client, form: SubscriptionForm) -> None:
    assert len(form.token) == 16
    for token in ("1", str(form.pk), form.token[:-1], form.token.swapcase()):
        assert visitor.get(reverse("letters:subscribe", args=[token])).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_a_form_is_read_or_posted(visitor: Client, form: SubscriptionForm, method: str) -> None:
    assert getattr(visitor, method)(form.get_absolute_url()).status_code == 405


def test_the_answer_is_in_the_language_of_the_page(visitor: Client, form: SubscriptionForm) -> None:
    russian = visitor.post(form.get_absolute_url(), fields(form, language="ru"))
    strange = visitor.post(form.get_absolute_url(), fields(form, "b@example.org", language="../x"))

    assert '<html lang="ru">' in russian.content.decode()
    assert strange.status_code == 200
    assert set(SubscriptionRequest.objects.values_list("email", "language")) == {
        (ADDRESS, "ru"),
        ("b@example.org", "en"),
    }


def test_the_same_address_again_at_once_makes_no_second_request(form: SubscriptionForm) -> None:
    evidence = {"language": "en", "wording": "w", "network": "n"}
    first = SubscriptionRequest.objects.ask(form, ADDRESS, **evidence)
    second = SubscriptionRequest.objects.ask(form, ADDRESS, **evidence)

    assert (first, second) == (True, False)


def test_names_with_hidden_characters_come_out_inert(visitor: Client) -> None:
    RecipientListFactory.create()
    form = SubscriptionFormFactory.create(
        public_name="<b>{{ 7*7 }}</b>", wording="<script>alert(1)</script>{% debug %}"
    )

    page = visitor.get(form.get_absolute_url()).content.decode()

    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt;" in page
    assert "<script>alert" not in page
    assert "{% debug %}" in page
