"""Finds pages for tests."""

from home.models import HomePage


def first_home() -> HomePage:
    """Return the home page in the first language, which `migrate` made."""
    home: HomePage = HomePage.objects.order_by("path")[0]
    return home
