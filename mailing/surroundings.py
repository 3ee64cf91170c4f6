"""What everything else needs: whether the database and the queue answer."""

import redis
from django.conf import settings
from django.db import Error, connections
from django_q.models import OrmQ

from mailing.broker import patient_redis

#: What is raised while one of them does not answer.
AWAY = (Error, redis.RedisError)


def ask_database() -> None:
    """Ask for a number; leave no connection behind that may have broken."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connections["default"].close()


def ask_broker() -> None:
    """Ask Redis for an answer, or the database for the table that is the queue."""
    if settings.REDIS_URL:
        with patient_redis() as connection:
            connection.ping()
        return
    try:
        OrmQ.objects.exists()
    finally:
        connections["default"].close()


def find_trouble() -> str:
    """Return what does not answer and what was said instead; nothing when all is well."""
    for name, ask in (("database", ask_database), ("queue", ask_broker)):
        try:
            ask()
        except AWAY as error:
            return f"{name}: {error}".strip()
    return ""
