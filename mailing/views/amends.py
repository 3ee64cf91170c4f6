"""What the owner can do about letters that did not arrive, or may not have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy, pgettext
from django.views import View

from accounts.access import OwnerRequiredMixin
from accounts.keyset import MOST_COUNTED, Total
from accounts.models import User
from mailing.models import Attempt, Delivery
from mailing.models.mailing import ForbiddenChange
from mailing.sending import amends


@dataclass(frozen=True)
class Amends:
    """A way to make up for something, and the rows that it concerns: letters or recipients."""

    name: str
    label: str | Promise
    question: Any
    consequence: str | Promise
    rows: Callable[[Attempt], QuerySet[Any]]
    #: Returns the attempt to look at then, and how many it concerned.
    perform: Callable[[Attempt, User], tuple[Attempt, int]]

    def asked(self, total: Total) -> str:
        number = intcomma(total.number)
        if not total.is_exact:
            number = pgettext("in a question", "more than %(number)s") % {"number": number}
        return str(self.question % {"number": total.number, "shown": number})


def _uncertain(attempt: Attempt) -> QuerySet[Any]:
    letters = attempt.deliveries.uncertain()
    return letters if attempt.finished_at and attempt.uncertain else letters.none()


def _again(attempt: Attempt) -> QuerySet[Any]:
    """Return the uncertain letters that have not had their second chance."""
    again = _uncertain(attempt).filter(sent_again=False)
    may_leave = not (attempt.dry_run or attempt.cancel_reason or _is_held_back(attempt))
    return again if may_leave else again.none()


def _missed(attempt: Attempt) -> QuerySet[Any]:
    missed = attempt.not_reached()
    may_leave = attempt.finished_at and not (attempt.dry_run or _is_held_back(attempt))
    return missed if may_leave and attempt.failed + attempt.skipped else missed.none()


def _is_held_back(attempt: Attempt) -> bool:
    return attempt.mailing.status in amends.HELD_BACK


def _mark(attempt: Attempt, user: User) -> tuple[Attempt, int]:
    return attempt, amends.mark_as_sent(attempt, Delivery.objects.uncertain())


def _send_again(attempt: Attempt, user: User) -> tuple[Attempt, int]:
    return attempt, amends.send_again(attempt, Delivery.objects.uncertain())


def _send_to_missed(attempt: Attempt, user: User) -> tuple[Attempt, int]:
    another = amends.send_to_missed(attempt, user)
    return another, another.total


WAYS = (
    Amends(
        "mark",
        gettext_lazy("Mark as sent"),
        ngettext_lazy(
            "Mark %(shown)s uncertain letter as sent?",
            "Mark %(shown)s uncertain letters as sent?",
            "number",
        ),
        gettext_lazy("They count as sent from then on. Look into the mail server's log first."),
        _uncertain,
        _mark,
    ),
    Amends(
        "again",
        gettext_lazy("Send again"),
        ngettext_lazy(
            "Send %(shown)s uncertain letter again?",
            "Send %(shown)s uncertain letters again?",
            "number",
        ),
        gettext_lazy(
            "Whoever did get it the first time may see it twice; most mail programs show two "
            "letters with the same Message-ID as one. It can be done once."
        ),
        _again,
        _send_again,
    ),
    Amends(
        "missed",
        gettext_lazy("Send to those who did not get it"),
        ngettext_lazy(
            "Send the message to %(shown)s recipient who did not get it?",
            "Send the message to %(shown)s recipients who did not get it?",
            "number",
        ),
        gettext_lazy("They get the message as it is now. Uncertain letters are left alone."),
        _missed,
        _send_to_missed,
    ),
)
BY_NAME = {way.name: way for way in WAYS}


#: What is done about uncertain letters, and about those who surely did not get one: whether there
#: are any of these may take a look at every one of them, so only the page that counts them asks.
FOR_UNCERTAIN, FOR_MISSED = WAYS[:2], WAYS[2:]


def possible_amends(attempt: Attempt, user: User, ways: Sequence[Amends]) -> list[Amends]:
    """Return those of `ways` that are open to `user` now."""
    if attempt.mailing.owner_id != user.pk or not user.is_owner:
        return []
    return [way for way in ways if way.rows(attempt).exists()]


class AmendsView(OwnerRequiredMixin, View):
    """Asks, then makes up for what went wrong in an attempt."""

    @property
    def way(self) -> Amends:
        if way := BY_NAME.get(self.kwargs["action"]):
            return way
        raise Http404

    def get_attempt(self) -> Attempt:
        own = Attempt.objects.filter(mailing__owner=self.user).select_related("mailing__owner")
        return get_object_or_404(own, pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        attempt = self.get_attempt()
        total = Total.of(self.way.rows(attempt), MOST_COUNTED)
        if not total.number:
            return self.refuse(attempt, _("There is nothing left to do about it."))
        context = {
            "question": self.way.asked(total),
            "consequences": [self.way.consequence],
            "submit_label": self.way.label,
            "cancel_url": attempt.get_absolute_url(),
        }
        return render(request, "mailing/ask.html", context)

    def post(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        attempt = self.get_attempt()
        try:
            result, number = self.way.perform(attempt, self.user)
        except ForbiddenChange as error:
            return self.refuse(attempt, str(error))
        text = ngettext("Done for %(number)d letter.", "Done for %(number)d letters.", number)
        messages.success(request, text % {"number": number})
        return redirect(result)

    def refuse(self, attempt: Attempt, why: str) -> HttpResponse:
        messages.error(self.request, why)
        return redirect(attempt)
