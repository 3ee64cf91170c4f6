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
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
        yield
        cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")
