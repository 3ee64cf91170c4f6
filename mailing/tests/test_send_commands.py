"""The commands that send, in one process."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt, Mailing
from mailing.sending import control
from mailing.tests.factories import MailingFactory, RecipientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(alice: User) -> Mailing:
    return MailingFactory.create(
        owner=alice, recipients=RecipientFactory.create_batch(2, owner=alice)
    )


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_what_is_due_is_started(mailing: Mailing) -> None:
    mailing.starts_at = timezone.now() - timedelta(minutes=1)
    mailing.save()
    control.schedule(mailing)

    assert "1 " in run("send_due_mailings")
    assert Attempt.objects.get().trigger == Attempt.Trigger.SCHEDULE
    assert "0 " in run("send_due_mailings")


def test_a_mailing_is_sent_now(mailing: Mailing) -> None:
    assert "2 letters" in run("send_mailing", str(mailing.pk))
    assert Attempt.objects.get().trigger == Attempt.Trigger.COMMAND


def test_a_running_one_is_not_sent_twice(mailing: Mailing) -> None:
    run("send_mailing", str(mailing.pk))
    with pytest.raises(CommandError, match="being sent already"):
        run("send_mailing", str(mailing.pk))
    assert Attempt.objects.count() == 1


def test_a_dry_run_says_how_many_letters_there_were(mailing: Mailing) -> None:
    assert "2 of 2 letters composed" in run("send_mailing", str(mailing.pk), "--dry-run")
