"""What django-q2 runs. Every task is only a wake-up: lost, doubled or late, it changes nothing."""

from django.core.cache import cache
from django.utils import timezone
from django_q.tasks import async_task

from accounts.letters import send_due
from mailing import changing
from mailing.importing import jobs
from mailing.models import Heartbeat, SubscriptionRequest
from mailing.reports import counting, sizes
from mailing.sending import dispatch, schedule, trial
from mailing.sending.turn import take_turn
from mailing.subscribing import letters

#: Seconds after which nobody counts any more who has not said so.
COUNTING_AT_MOST = 30


def tick() -> None:
    """Set going whatever has become due, each part whether or not another one fails."""
    schedule.tick()
    schedule.guarded(trial.wake_overlooked)
    schedule.guarded(changing.wake_idle, timezone.now())
    schedule.guarded(jobs.tick)


def send(attempt_id: int) -> None:
    """Take a turn at an attempt, and queue the next one when there is more to do."""
    if take_turn(attempt_id):
        dispatch.wake_senders(attempt_id)


def send_trial(trial_id: int) -> None:
    """Send a test letter to its owner."""
    trial.send_trial(trial_id)


def send_subscription_letters() -> None:
    """Send the letters that ask to confirm subscriptions, and queue the next task for more."""
    if send_due(SubscriptionRequest.objects.all(), letters.compose):
        letters.queue()


def take_in_recipients(import_id: int) -> None:
    """Take a turn at an import, and queue the next one when there is more to do."""
    if work := jobs.take_turn(import_id):
        jobs.wake(work)


def count_letters() -> None:
    """Bring the figures of reports up to date, for a second at a time."""
    if not cache.add("mailing.counting", 1, timeout=COUNTING_AT_MOST):
        return  # somebody is at it, and goes on
    try:
        more = counting.catch_up(seconds=1)
    finally:
        cache.delete("mailing.counting")
    if more:
        async_task("mailing.tasks.count_letters")


def count_recipients(owner_id: int) -> None:
    """Count the recipients of an owner who has so many that a page does not."""
    sizes.count_recipients(owner_id)


def beat(cluster: str, host: str, pid: int) -> None:
    """Prove that this cluster takes tasks from the queue and reaches the database."""
    Heartbeat.record(cluster, host, pid)


def change_recipients(change_id: int) -> None:
    """Do a part of a change of many recipients, and queue the next one when there is more."""
    if changing.go_on(change_id):
        changing.wake(change_id)
