"""What django-q2 runs. Every task is only a wake-up: lost, doubled or late, it changes nothing."""

from mailing.models import Heartbeat
from mailing.sending import dispatch, schedule
from mailing.sending.turn import take_turn


def tick() -> None:
    """Set going whatever has become due."""
    schedule.tick()


def send(attempt_id: int) -> None:
    """Take a turn at an attempt, and queue the next one when there is more to do."""
    if take_turn(attempt_id):
        dispatch.wake_senders(attempt_id)


def beat(cluster: str, host: str, pid: int) -> None:
    """Prove that this cluster takes tasks from the queue and reaches the database."""
    Heartbeat.record(cluster, host, pid)
