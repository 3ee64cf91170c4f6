"""Senders are woken for what has letters due, and only for that."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from mailing.models import Attempt, Delivery, Mailing
from mailing.sending import dispatch
from mailing.tests.factories import AttemptFactory, DeliveryFactory, SenderFactory

pytestmark = pytest.mark.django_db

Captured = Callable[[], AbstractContextManager[list[Any]]]


@pytest.fixture
def attempt(settings: LazySettings) -> Attempt:
    """An attempt with two letters due, on which three senders may work."""
    settings.WORKERS = 3
    return DeliveryFactory.create_batch(2, attempt=AttemptFactory.create())[0].attempt


@pytest.fixture
def woken(django_capture_on_commit_callbacks: Captured) -> Callable[[], int]:
    """Return a function that tells how many senders are woken now."""

    def count() -> int:
        with django_capture_on_commit_callbacks() as queued:
            dispatch.wake_ready(timezone.now())
        return len(queued)

    return count


def test_as_many_are_woken_as_may_work_on_it(attempt: Attempt, woken: Callable[[], int]) -> None:
    assert woken() == 3
    SenderFactory.create_batch(2, attempt=attempt)
    assert woken() == 1


def test_none_is_woken_before_a_letter_is_due(attempt: Attempt, woken: Callable[[], int]) -> None:
    Delivery.objects.update(next_try_at=timezone.now() + timedelta(minutes=5))
    assert woken() == 0


def test_none_is_woken_for_letters_with_a_result(
    attempt: Attempt, woken: Callable[[], int]
) -> None:
    Delivery.objects.update(state="sent")
    assert woken() == 0


def test_none_is_woken_for_a_paused_mailing(attempt: Attempt, woken: Callable[[], int]) -> None:
    Mailing.objects.update(status="paused")
    assert woken() == 0
