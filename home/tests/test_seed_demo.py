"""The command that fills an empty installation."""

from collections import Counter
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.models import User
from blog.models import BlogIndexPage, BlogPage
from blog.tests.factories import image_file
from home.demo.people import PASSWORD, PEOPLE
from home.models import HomePage, StandardPage
from mailing.models import (
    Attachment,
    Attempt,
    Delivery,
    Import,
    Mailing,
    Message,
    MessageVersion,
    Picture,
    Recipient,
    RecipientList,
    Segment,
    Sender,
    SubscriptionForm,
    Suppression,
)
from mailing.models.delivery import OPEN_STATES
from mailing.sending.ledger import COUNTED
from mailing.sending.schedule import tick

pytestmark = pytest.mark.django_db

TABLES: list[type[Model]] = [
    User,
    Recipient,
    RecipientList,
    SubscriptionForm,
    Segment,
    Suppression,
    Import,
    Message,
    MessageVersion,
    Attachment,
    Picture,
    Mailing,
    Attempt,
    Delivery,
    Sender,
    BlogPage,
    HomePage,
    StandardPage,
]


@pytest.fixture(autouse=True)
def _small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paint quickly; the real pictures have tests of their own."""
    for module in ("message_parts", "site_pages"):
        monkeypatch.setattr(f"home.demo.{module}.paint", lambda slug: image_file().read())


@pytest.fixture
def seed() -> Callable[[], str]:
    """Return a function that runs the command and returns what it prints."""

    def run() -> str:
        out = StringIO()
        call_command("seed_demo", "--force", stdout=out)
        return out.getvalue()

    return run


@pytest.fixture
def demo(seed: Callable[[], str]) -> str:
    return seed()


def everything() -> dict[str, list[dict[str, object]]]:
    """Return every row of the demo."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values()) for model in TABLES
    }


def test_there_is_some_of_everything(demo: str) -> None:
    assert Recipient.objects.count() == 200
    assert sorted(each.recipients.count() for each in RecipientList.objects.all()) == [
        0,
        0,
        30,
        50,
        70,
        70,
    ]
    sizes = [segment.recipients().count() for segment in Segment.objects.all()]
    assert len(sizes) == 3
    assert all(0 < size < 100 for size in sizes)
    assert Message.objects.count() == 5
    assert Picture.objects.count() == Attachment.objects.count() == 1
    assert MessageVersion.objects.count() == 2
    assert set(Import.objects.values_list("status", flat=True)) == {"finished", "checked"}
    assert all(each.wrong and each.unchanged for each in Import.objects.all())
    assert Import.objects.get(status="checked").added == 6
    assert set(Mailing.objects.values_list("status", flat=True)) == set(Mailing.Status)
    assert set(Mailing.objects.values_list("period", flat=True)) == set(Mailing.Period)
    assert set(Attempt.objects.values_list("status", flat=True)) == set(Attempt.Status)
    assert set(Delivery.objects.values_list("state", flat=True)) == set(Delivery.State)
    assert set(Suppression.objects.values_list("reason", flat=True)) == set(Suppression.Reason)
    assert BlogPage.objects.published().count() == 16
    assert StandardPage.objects.live().count() == 4


def test_twice_gives_the_same(seed: Callable[[], str]) -> None:
    seed()
    first = everything()

    assert seed().startswith("The demo is complete already.")
    assert everything() == first


def test_what_was_changed_stays_changed(seed: Callable[[], str]) -> None:
    seed()
    alice = User.objects.get(email="alice@example.org")
    alice.full_name = "Alice Changed"
    alice.set_password("something else entirely")
    alice.save()
    HomePage.objects.update(hero_heading="Our own", lead="")
    BlogPage.objects.update(lead="Our own")
    Recipient.objects.update(full_name="Our own")
    Message.objects.update(subject="Our own")
    changed = everything()

    out = seed()

    assert everything() == changed
    assert "alice@example.org      (changed)" in out


def test_what_is_missing_comes_back(seed: Callable[[], str]) -> None:
    seed()
    Mailing.objects.get(name="Friday letter").delete()
    BlogPage.objects.get(slug="when-to-send").delete()
    Recipient.objects.filter(owner__email="bob@example.org").first().delete()  # type: ignore[union-attr]

    assert seed().startswith("Made 1 recipient, 1 mailing, 1 article.")
    assert RecipientList.objects.get(name="Morning riders").recipients.count() == 30


def test_counts_are_those_of_the_deliveries(demo: str) -> None:
    for attempt in Attempt.objects.all():
        states = Counter(attempt.deliveries.values_list("state", flat=True))
        assert sum(states.values()) == attempt.total > 0
        for state, count in COUNTED.items():
            assert getattr(attempt, count) == states[state]


def test_an_attempt_is_over_when_its_letters_are(demo: str) -> None:
    for attempt in Attempt.objects.all():
        waits = attempt.deliveries.filter(state__in=OPEN_STATES).exists()
        assert waits == (attempt.finished_at is None) == (attempt.status == "running")
        assert attempt.started_at <= (attempt.finished_at or timezone.now())


def test_what_is_scheduled_lies_ahead(demo: str) -> None:
    scheduled = Mailing.objects.filter(status="scheduled")

    assert set(scheduled.values_list("period", flat=True)) == set(Mailing.Period)
    assert all(m.next_run_at == m.next_occurrence(timezone.now()) for m in scheduled)
    assert not Mailing.objects.due(timezone.now()).exists()


def test_every_address_is_one_that_nobody_has(demo: str) -> None:
    for model in (User, Recipient, Suppression):
        for address in model._default_manager.values_list("email", flat=True):
            assert address.rpartition("@")[2] in {"example.com", "example.net", "example.org"}


def test_who_left_is_suppressed_and_gets_nothing_more(demo: str) -> None:
    for recipient in Recipient.objects.exclude(state="active"):
        assert Suppression.objects.against(recipient.owner, recipient.email).exists()
        assert not recipient.deliveries.filter(state__in=OPEN_STATES).exists()


def test_messages_are_valid_letters(demo: str) -> None:
    for message in Message.objects.all():
        message.full_clean()


def test_the_next_tick_puts_right_what_a_dead_sender_left(demo: str) -> None:
    running = Attempt.objects.get(mailing__status="running")
    held_back = Attempt.objects.get(mailing__status="paused")
    attempts = Attempt.objects.count()

    tick()

    states = Counter(running.deliveries.values_list("state", flat=True))
    running.refresh_from_db()
    assert running.uncertain == states["uncertain"] == 1
    assert not states["claimed"] + states["handed_over"]
    assert held_back.deliveries.filter(state="queued").count() == held_back.waiting
    assert Attempt.objects.count() == attempts


def test_the_printed_logins_let_in_everybody_who_is_not_blocked(demo: str, client: Client) -> None:
    for person in PEOPLE:
        assert f"{person.email:<22} {PASSWORD}" in demo
        assert client.login(email=person.email, password=PASSWORD) == (not person.blocked_for)


def test_every_page_of_the_demo_is_there_in_both_languages(demo: str) -> None:
    for model in (BlogPage, StandardPage, HomePage):
        for page in model.objects.all():
            assert page.get_translations(inclusive=True).count() == 2
            assert page.slug.isascii()
            assert page.depth == 2 or page.get_parent().locale == page.locale


def test_the_pages_can_be_read(demo: str, client: Client) -> None:
    assert "Write to people who are glad" in client.get("/").content.decode()
    assert "Ask before you write" in client.get("/blog/").content.decode()
    for article in BlogPage.objects.all():
        page = client.get(article.url).content.decode()
        assert "<picture>" in page
        assert "Eddie Editor" in page


def test_visitors_can_subscribe_on_the_home_page_and_in_an_article(
    demo: str, client: Client
) -> None:
    english, russian = SubscriptionForm.objects.for_site().accepting().order_by("public_name")
    for path, form in {
        "/": english,
        "/blog/ask-before-you-write/": english,
        "/ru/": russian,
        "/ru/blog/snachala-sprosite-potom-pishite/": russian,
    }.items():
        assert form.get_absolute_url() in client.get(path).content.decode(), path


def test_without_a_blog_there_are_no_articles(seed: Callable[[], str]) -> None:
    for blog in BlogIndexPage.objects.all():
        blog.delete()

    assert "article" not in seed()


def test_a_real_installation_is_left_alone() -> None:
    with pytest.raises(CommandError, match="--force"):
        call_command("seed_demo")
    assert not User.objects.exists()


def test_with_debug_nobody_has_to_insist(settings: object) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]

    call_command("seed_demo", stdout=StringIO())

    assert User.objects.count() == len(PEOPLE)
