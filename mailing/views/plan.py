"""How many a mailing goes to: counted after the page is there, since it may take a moment."""

import time
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.vary import vary_on_headers
from django.views.generic import DetailView

from accounts.access import DashboardMixin
from mailing.models import Mailing
from mailing.models.audience import Audience, Tally
from mailing.views.facts import time_needed

#: What is taken away from those who are chosen, in the order in which it is looked at.
EXCLUSIONS: tuple[tuple[str, str | Promise], ...] = (
    ("duplicates", _("chosen more than once")),
    ("left_out", _("on a list that is left out")),
    ("unsubscribed", pgettext_lazy("recipients", "unsubscribed")),
    ("bounced", pgettext_lazy("recipients", "bounced")),
    ("complained", pgettext_lazy("recipients", "complained")),
    ("suppressed", _("suppressed by you")),
    ("suppressed_everywhere", _("suppressed for everybody")),
)
#: A count that took so many seconds is shown again for so many.
SLOW, KEPT = 0.25, 60


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class PlanView(DashboardMixin, DetailView):  # type: ignore[type-arg]
    """The count of a mailing's recipients after each exclusion; asked by htmx, that alone.

    With `?short` it is what the question before sending says of it.
    """

    model = Mailing
    object: Mailing

    @property
    def is_question(self) -> bool:
        return "short" in self.request.GET

    def get_queryset(self) -> Any:
        return Mailing.objects.visible_to(self.user).select_related("owner")

    def get_template_names(self) -> list[str]:
        if not self.request.htmx:  # type: ignore[attr-defined]
            return ["mailing/mailing_plan.html"]
        return ["mailing/reach.html" if self.is_question else "mailing/plan.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tally, counted_at = count(self.object, anew=self.is_question)
        return super().get_context_data(
            **kwargs,
            tally=tally,
            counted_at=counted_at,
            exclusions=taken_away(tally),
            time_needed=time_needed(self.object, tally.reached),
        )


def count(mailing: Mailing, anew: bool) -> tuple[Tally, datetime | None]:
    """Count a mailing's recipients; or return a count that took long, and when that was.

    Every step of planning asks for it, and it reads everybody who is chosen. With `anew`, as the
    last question before sending wants it, none is returned that was kept.
    """
    key = f"mailing.plan.{mailing.pk}.{mailing.updated_at.timestamp()}"
    if not anew and (kept := cache.get(key)):
        tally, counted_at = kept
        return tally, counted_at
    begun = time.monotonic()
    tally = Audience(mailing).tally()
    if time.monotonic() - begun >= SLOW:
        cache.set(key, (tally, timezone.now()), KEPT)
    return tally, None


def taken_away(tally: Tally) -> list[tuple[str | Promise, int, int]]:
    """Return what is taken away, how many, and how many remain; only where there is any."""
    rows, left = [], tally.chosen
    for name, label in EXCLUSIONS:
        if number := getattr(tally, name):
            left -= number
            rows.append((label, number, left))
    return rows
