"""A queue of its own for each cluster, beside the one that all clusters share.

django-q2 gives a cluster one queue, and which of several clusters runs a task is left to chance.
What is to prove that a certain cluster lives has to go through that cluster and no other.
"""

from datetime import timedelta

import redis
from django.conf import settings
from django.utils import timezone
from django_q.brokers import Broker, get_broker
from django_q.brokers.orm import ORM
from django_q.brokers.redis_broker import Redis
from django_q.conf import Conf
from django_q.models import OrmQ

from mailing import pulse

#: Seconds that Redis may take to answer, where somebody waits for it.
PATIENCE = 2.0
#: What lies longer in the queue of a cluster was meant for one that was killed.
LEFT_BEHIND = timedelta(minutes=5)

#: The cluster that this process belongs to.
_cluster = ""


def join(cluster: str) -> None:
    """Let django-q2 in this process, and those it forks, work for the queue of `cluster`, too."""
    global _cluster
    _cluster = cluster
    Conf.BROKER_CLASS = "mailing.broker.broker_of_a_cluster"


def broker_of_a_cluster(list_key: str) -> Broker:
    """Return what django-q2 gets its tasks from."""
    return RedisOfACluster(list_key) if settings.REDIS_URL else DatabaseOfACluster(list_key)


def own_queue(cluster: str) -> Broker:
    """Return the queue whose tasks only this cluster runs."""
    queue = get_broker(f"{Conf.CLUSTER_NAME}:{cluster}")
    if settings.REDIS_URL:
        queue.connection = patient_redis()
    return queue


def patient_redis() -> redis.Redis:
    """Return Redis, which raises redis.TimeoutError rather than being waited for for long."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )


def clear_left_behind(queue: Broker) -> None:
    """Drop what killed clusters have left in their queues, and see to it that it expires."""
    queue.purge_queue()
    if not settings.REDIS_URL:
        old = timezone.now() - LEFT_BEHIND
        OrmQ.objects.filter(key__startswith=f"{Conf.CLUSTER_NAME}:", lock__lt=old).delete()


def let_expire(queue: Broker) -> None:
    """Let Redis forget a queue to which nothing is added any more."""
    if settings.REDIS_URL:
        queue.connection.expire(queue.list_key, LEFT_BEHIND)


class RedisOfACluster(Redis):
    """Takes from the cluster's own queue first."""

    def dequeue(self) -> list[tuple[None, bytes]] | None:
        own = f"django_q:{Conf.CLUSTER_NAME}:{_cluster}:q"
        task = self.connection.blpop([own, self.list_key], 1)
        return [(None, task[1])] if task else None

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        pulse.send(pulse.HEAD)
        super().set_stat(key, value, timeout)


class DatabaseOfACluster(ORM):
    """Takes from the cluster's own queue first."""

    def dequeue(self) -> list[tuple[int, str]] | None:
        own = f"{Conf.CLUSTER_NAME}:{_cluster}"
        if self.get_connection().filter(key=own, lock__lt=timezone.now()).exists():
            tasks: list[tuple[int, str]] | None = ORM(own).dequeue()
        else:
            tasks = super().dequeue()
        return tasks

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        pulse.send(pulse.HEAD)
        super().set_stat(key, value, timeout)
