"""What managers see of a user's mailings."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.overview import Figure, Panel
from mailing.models import Attempt, Mailing

SHOWN = 10


def count_mailings(owners: Collection[int]) -> dict[int, int]:
    rows = Mailing.objects.filter(owner__in=owners).order_by().values_list("owner")
    return dict(rows.annotate(Count("pk")))


def count_letters(owners: Collection[int]) -> dict[int, int]:
    """Return how many letters were sent, by what the attempts have counted."""
    rows = Attempt.objects.filter(mailing__owner__in=owners, sent__gt=0).order_by()
    return dict(rows.values_list("mailing__owner").annotate(Sum("sent")))


def latest_mailings(user: User) -> dict[str, Any]:
    mailings = Mailing.objects.owned_by(user).order_by("-created_at", "-pk")
    return {"mailings": mailings[:SHOWN]}


FIGURES = (
    Figure(_("Mailings"), count_mailings),
    Figure(_("Letters sent"), count_letters),
)
PANEL = Panel("mailing/user_panel.html", latest_mailings)
