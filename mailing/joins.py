"""How PostgreSQL joins tables of which it does not know how large they are."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def hash_joins() -> Iterator[None]:
    """Keep PostgreSQL from comparing every recipient with every other one.

    That is how it joins tables that it takes for small, and it does until their statistics are
    next gathered: after a large import a mailing would take minutes to open, or hours.
    """
    with _without("enable_nestloop"):
        yield


@contextmanager
def hash_counts() -> Iterator[None]:
    """Keep PostgreSQL, too, from sorting a million rows to count them in a handful of groups.

    It does not know that the groups are few. Compiling the query takes longer than it saves.
    """
    with _without("enable_nestloop", "enable_sort", "jit"):
        yield


@contextmanager
def _without(*abilities: str) -> Iterator[None]:
    """Take abilities from PostgreSQL's planner until the end of the block."""
    if connection.vendor != "postgresql":
        yield
        return
    change = "SELECT " + ", ".join(["set_config(%s, %s, true)"] * len(abilities))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [part for name in abilities for part in (name, "off")])
        yield
        cursor.execute(change, [part for name in abilities for part in (name, "on")])
