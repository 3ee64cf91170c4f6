"""The queue may be down: what people do is kept, and the next tick makes up for the wake-up."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from mailing.models import Attempt
from mailing.sending import control, dispatch
from mailing.tests.factories import MailingFactory, RecipientFactory

pytestmark = pytest.mark.django_db

Captured = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


@pytest.fixture
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise ConnectionError("Error 111 connecting to 127.0.0.1:6379. Connection refused.")

    monkeypatch.setattr(dispatch, "async_task", refuse)


def test_a_mailing_is_started_without_a_queue(
    no_queue: None, django_capture_on_commit_callbacks: Captured
) -> None:
    mailing = MailingFactory.create()
    mailing.recipients.add(RecipientFactory.create(owner=mailing.owner))

    with django_capture_on_commit_callbacks(execute=True):
        attempt = control.run_now(mailing, mailing.owner, Attempt.Trigger.MANUAL)

    assert Attempt.objects.running().get() == attempt


def test_a_mailing_is_resumed_without_a_queue(
    no_queue: None, django_capture_on_commit_callbacks: Captured
) -> None:
    mailing = MailingFactory.create(status="running")
    control.pause(mailing)
    mailing.next_run_at = mailing.starts_at

    with django_capture_on_commit_callbacks(execute=True):
        control.resume(mailing)

    mailing.refresh_from_db()
    assert mailing.status == "scheduled"
