"""How far an attempt is, kept up to date by htmx; each answer costs one look at the counts."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.views import View
from django_htmx.http import (
    HTMX_STOP_POLLING,
    HttpResponseClientRefresh,
    trigger_client_event,
)

from accounts.access import DashboardMixin
from mailing.models import Attempt
from mailing.sending.limits import duration

#: Seconds between two looks; they grow to the second while nothing moves.
QUICK, SLOW = 2, 30
#: Seconds over which the rate is reckoned, from half as much on.
WINDOW = 60
#: Per cent after which a screen reader says how far it is.
MILESTONE = 25


@dataclass(frozen=True)
class Seen:
    """What the page showed before, carried along in the address that it asks next.

    The rate is reckoned since `at`, when `done` letters had a result; `then` and `by_then` take
    their place once they are too old. `last` is the number of the look before this one, `calm`
    says how often in a row it stayed the same, `said` what was read out, `was` the status.
    """

    at: int = 0
    done: int = 0
    then: int = 0
    by_then: int = 0
    last: int = 0
    calm: int = 0
    said: int = 0
    was: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "Seen":
        names = [field.name for field in fields(cls) if field.name != "was"]
        numbers = {name: _number(query.get(name, "")) for name in names}
        return cls(was=query.get("was", "")[:9], **numbers)

    def later(self, now: int, done: int) -> dict[str, int]:
        """Return the looks that the next rate is reckoned from."""
        if not self.at:
            return {"at": now, "done": done}
        if now - self.at < WINDOW:
            middle = (self.then, self.by_then) if self.then else (now, done)
            waits = now - self.at < WINDOW / 2
            return {"at": self.at, "done": self.done} | (
                {} if waits else {"then": middle[0], "by_then": middle[1]}
            )
        return {"at": self.then or now, "done": self.by_then if self.then else done}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


class Watch:
    """One look at a running attempt, beside what was seen before."""

    def __init__(self, attempt: Attempt, seen: Seen, now: datetime | None = None) -> None:
        self.attempt = attempt
        self.progress = attempt.progress
        self.seen = seen
        self.now = now or timezone.now()

    @cached_property
    def rate(self) -> int:
        """Letters a minute, lately or, where nothing was seen before, since the beginning."""
        began, before = float(self.seen.at), self.seen.done
        if not 0 < began < self.now.timestamp():
            began, before = self.attempt.started_at.timestamp(), 0
        seconds = max(self.now.timestamp() - began, 1.0)
        return max(0, round(60 * (self.progress.done - before) / seconds))

    @property
    def moves(self) -> bool:
        """Whether letters are leaving, so that a rate and a time left mean something."""
        attempt = self.attempt
        is_paused = attempt.mailing.status == "paused" and not attempt.dry_run
        return bool(self.rate) and not (is_paused or attempt.trouble_since)

    @cached_property
    def time_left(self) -> str:
        """In words; nothing when it is soon over, or nobody can tell."""
        if not self.moves:
            return ""
        waiting = self.progress.waiting
        limited = 0.0 if self.attempt.dry_run else duration(self.attempt.mailing.owner, waiting)
        seconds = max(60 * waiting / self.rate, limited)
        later = timedelta(seconds=min(seconds, 10 * 365 * 86400))
        return timeuntil(self.now + later, self.now, depth=2) if seconds >= 60 else ""

    @property
    def calm(self) -> int:
        """How often in a row nothing has moved."""
        return 0 if self.progress.done != self.seen.last else min(self.seen.calm + 1, 10)

    @property
    def delay(self) -> int:
        """Seconds after which to look again."""
        return int(min(QUICK * 2 ** max(0, self.calm - 2), SLOW))

    @property
    def milestone(self) -> int:
        return self.progress.percent // MILESTONE * MILESTONE

    @property
    def is_said(self) -> bool:
        """Whether there is something new to be read out."""
        return self.milestone > self.seen.said or bool(self.attempt.finished_at)

    @property
    def event(self) -> str:
        """What has happened since, for which other parts of the page wait to be fetched anew."""
        if self.attempt.finished_at:
            return "attempt-ended"
        return "attempt-changed" if self.seen.was != self.attempt.mailing.status else ""

    @property
    def next_url(self) -> str:
        """The address to ask next, with what was seen."""
        seen = self.seen.later(int(self.now.timestamp()), self.progress.done) | {
            "last": self.progress.done,
            "calm": self.calm,
            "said": max(self.milestone, self.seen.said),
            "was": self.attempt.mailing.status,
        }
        return f"{reverse('mailing:attempt_progress', args=[self.attempt.pk])}?{urlencode(seen)}"


class ProgressView(DashboardMixin, View):
    """The part of a page that says how far an attempt is; without htmx, the attempt's page."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        visible = Attempt.objects.visible_to(self.user).without_bodies()
        attempt = get_object_or_404(visible.select_related("mailing__owner"), pk=pk)
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect(attempt)
        watch = Watch(attempt, Seen.read(request.GET))
        context = {"attempt": attempt, "watch": watch, "mailing": attempt.mailing}
        status = HTMX_STOP_POLLING if attempt.finished_at else 200
        answer = render(request, "mailing/attempt_progress_answer.html", context, status=status)
        return trigger_client_event(answer, watch.event) if watch.event else answer

    def handle_no_permission(self) -> Any:
        """Have the page read anew, which leads to the login, rather than put that into the page."""
        is_watching = self.request.htmx  # type: ignore[attr-defined]
        return HttpResponseClientRefresh() if is_watching else super().handle_no_permission()
