"""The first page of the dashboard: what runs, what comes next, what was sent."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from mailing.models import Attempt, Mailing, Message, Recipient, RecipientList

ROWS = 5


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show owners what is theirs, and those who oversee mailings everybody's."""
    user: User = request.user  # type: ignore[assignment]
    if user.is_content_manager:
        return redirect("wagtailadmin_home")
    context = activity(user)
    if user.is_owner:
        context["counts"] = counts(user)
        context["is_new"] = not context["counts"]["mailings"]
    return render(request, "mailing/home.html", context)


def activity(user: User) -> dict[str, Any]:
    """Return what is being sent, what is sent next and what was sent last, as `user` may see it."""
    mailings = Mailing.objects.visible_to(user).select_related("owner")
    attempts = Attempt.objects.visible_to(user).without_bodies().select_related("mailing__owner")
    return {
        "running": attempts.running().order_by("-pk")[:ROWS],
        "coming": coming(mailings)[:ROWS],
        "latest": attempts.exclude(status=Attempt.Status.RUNNING).order_by("-pk")[:ROWS],
        "oversees": user.has_perm("mailing.oversee_mailing"),
    }


def coming(mailings: QuerySet[Mailing]) -> QuerySet[Mailing]:
    scheduled = mailings.filter(status__in=[Mailing.Status.SCHEDULED, Mailing.Status.RUNNING])
    return scheduled.filter(next_run_at__isnull=False).order_by("next_run_at")


def counts(owner: User) -> dict[str, int]:
    """Return how much of everything `owner` has."""
    return {
        "recipients": Recipient.objects.owned_by(owner).count(),
        "lists": RecipientList.objects.owned_by(owner).count(),
        "messages": Message.objects.owned_by(owner).count(),
        "mailings": Mailing.objects.owned_by(owner).count(),
    }
