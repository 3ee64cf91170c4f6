"""The first page of the dashboard: what runs, comes next, was sent and needs attention."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from mailing.attention import attention
from mailing.models import Attempt, Mailing, Message, Recipient
from mailing.reports.building import report_for
from mailing.reports.chart import chart_of
from mailing.reports.period import last_days

ROWS = 5
#: Days of the small chart, the same as those that the page of reports begins with.
DAYS = 30


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show owners what is theirs, and those who oversee mailings everybody's."""
    user: User = request.user  # type: ignore[assignment]
    if user.is_content_manager:
        return redirect("wagtailadmin_home")
    if user.is_owner and is_new(user):
        return render(request, "mailing/home.html", {"steps": first_steps(user)} | ahead(user))
    context = ahead(user) | latest(user) | figures(user)
    return render(request, "mailing/home.html", context)


def is_new(owner: User) -> bool:
    """Whether no mailing of `owner` has gone out yet."""
    attempts = Attempt.objects.filter(mailing__owner=owner, dry_run=False)
    return not attempts.exists() and not user_oversees(owner)


def user_oversees(user: User) -> bool:
    return user.has_perm("mailing.oversee_mailing")


def first_steps(owner: User) -> dict[str, bool]:
    """Return what a newcomer has done already on the way to the first mailing."""
    return {
        "recipients": Recipient.objects.owned_by(owner).exists(),
        "message": Message.objects.owned_by(owner).exists(),
        "mailing": Mailing.objects.owned_by(owner).exists(),
    }


def ahead(user: User) -> dict[str, Any]:
    """Return what is being sent, what is sent next and what to look after, as `user` may see it."""
    mailings = Mailing.objects.visible_to(user).select_related("owner")
    attempts = Attempt.objects.visible_to(user).without_bodies().select_related("mailing__owner")
    held = Q(mailing__status=Mailing.Status.PAUSED, dry_run=False)
    return {
        "running": attempts.running().exclude(held).order_by("-pk")[:ROWS],
        "coming": coming(mailings)[:ROWS],
        "attention": attention(user),
        "oversees": user_oversees(user),
    }


def coming(mailings: QuerySet[Mailing]) -> QuerySet[Mailing]:
    scheduled = mailings.filter(status__in=[Mailing.Status.SCHEDULED, Mailing.Status.RUNNING])
    return scheduled.filter(next_run_at__isnull=False).order_by("next_run_at")


def latest(user: User) -> dict[str, Any]:
    """Return what was sent last."""
    attempts = Attempt.objects.visible_to(user).without_bodies().select_related("mailing__owner")
    done = attempts.exclude(status=Attempt.Status.RUNNING)
    return {"latest": done.order_by("-pk")[:ROWS]}


def figures(user: User) -> dict[str, Any]:
    """Return the figures of the last weeks, with a chart."""
    report = report_for(user, None if user_oversees(user) else user, last_days(DAYS))
    return {"report": report, "letters": report.letters, "chart": chart_of(report.days)}
