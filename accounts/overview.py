"""What other apps show managers about users; they register it when they are ready."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from accounts.models import User


@dataclass(frozen=True)
class Figure:
    """A number that each user has; `count` is asked once for all users of a page, by key."""

    label: str | Promise
    count: Callable[[Collection[int]], Mapping[int, int]]


@dataclass(frozen=True)
class Panel:
    """A part of a user's page, drawn by a template."""

    template: str
    context: Callable[[User], dict[str, Any]]


FIGURES: list[Figure] = []
PANELS: list[Panel] = []


def figures_of(users: Collection[User]) -> dict[int, list[int]]:
    """Return the figures of each user, in the order of FIGURES."""
    keys = [user.pk for user in users]
    counted = [figure.count(keys) for figure in FIGURES]
    return {key: [counts.get(key, 0) for counts in counted] for key in keys}
