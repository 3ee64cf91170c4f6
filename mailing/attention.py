"""What needs somebody's attention: a short list for the first page of the dashboard."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from mailing.models import Attempt, Figure, Import, Mailing
from mailing.models.delivery import State
from mailing.models.mailing import Status

#: How many of each kind are named, and how long ago letters may have failed.
EACH = 3
LOOKED_BACK = timedelta(days=30)
IMPORTS_LOOKED_BACK = timedelta(days=7)
#: One failed letter of so many is nothing to look after.
MANY = 20


@dataclass(frozen=True)
class Attention:
    """Something to look after, and where; `level` is that of a notice."""

    level: str
    title: str
    text: str
    url: str


def attention(user: User) -> list[Attention]:
    """Return what `user` should look after, the most urgent first."""
    return [item for source in SOURCES for item in source(user)]


def server_trouble(user: User) -> Iterator[Attention]:
    """Yield attempts that wait because the mail server is in trouble."""
    troubled = _running(user).filter(trouble_since__isnull=False)
    for attempt in troubled.order_by("trouble_since")[:EACH]:
        text = _("Since %(since)s. Nobody is marked failed because of it; it is tried again.")
        yield Attention(
            "warning",
            _("The mail server is in trouble: “%(name)s” waits") % {"name": attempt.mailing},
            text % {"since": _moment(attempt.trouble_since)},
            attempt.get_absolute_url(),
        )


def disabled(user: User) -> Iterator[Attention]:
    """Yield an owner's mailings that a manager disabled."""
    mailings = Mailing.objects.owned_by(user).filter(status=Status.DISABLED)
    for mailing in mailings.order_by("-updated_at")[:EACH]:
        yield Attention(
            "error",
            _("“%(name)s” was disabled by a manager") % {"name": mailing},
            mailing.disabled_reason,
            mailing.get_absolute_url(),
        )


def uncertain(user: User) -> Iterator[Attention]:
    """Yield an owner's attempts with letters that may have arrived or not."""
    for attempt in _with(user, State.UNCERTAIN).filter(uncertain__gt=0)[:EACH]:
        title = ngettext(
            "%(number)s letter of “%(name)s” is uncertain",
            "%(number)s letters of “%(name)s” are uncertain",
            attempt.uncertain,
        )
        yield Attention(
            "warning",
            title % {"number": attempt.uncertain, "name": attempt.mailing},
            _("No answer came from the mail server. Mark as sent what arrived, or send it again."),
            attempt.get_absolute_url(),
        )


def failed(user: User) -> Iterator[Attention]:
    """Yield an owner's attempts in which many letters failed."""
    many = _with(user, State.FAILED).filter(failed__gt=0, total__lte=F("failed") * MANY)
    for attempt in many[:EACH]:
        title = ngettext(
            "%(number)s letter of “%(name)s” failed",
            "%(number)s letters of “%(name)s” failed",
            attempt.failed,
        )
        text = _("%(started)s, of %(total)s recipients. See what the mail servers said.")
        yield Attention(
            "error",
            title % {"number": attempt.failed, "name": attempt.mailing},
            text % {"started": _moment(attempt.started_at), "total": attempt.total},
            attempt.get_absolute_url(),
        )


def paused(user: User) -> Iterator[Attention]:
    """Yield an owner's attempts whose letters wait until the mailing is resumed."""
    waiting = _running(user).filter(
        dry_run=False, mailing__owner=user, mailing__status=Status.PAUSED
    )
    for attempt in waiting.order_by("-pk")[:EACH]:
        title = ngettext(
            "“%(name)s” is paused: %(number)s letter waits",
            "“%(name)s” is paused: %(number)s letters wait",
            attempt.waiting,
        )
        yield Attention(
            "info",
            title % {"number": attempt.waiting, "name": attempt.mailing},
            _("They leave when you resume the mailing."),
            reverse("mailing:mailing_detail", args=[attempt.mailing_id]),
        )


def imports(user: User) -> Iterator[Attention]:
    """Yield an owner's imports of late that failed, left rows out or wait for an answer."""
    since = timezone.now() - IMPORTS_LOOKED_BACK
    for work in Import.objects.owned_by(user).needing_attention(since)[:EACH]:
        yield Attention(*_about_import(work), work.get_absolute_url())


def _about_import(work: Import) -> tuple[str, str, str]:
    if work.status == Import.Status.FAILED:
        return "error", _("The import of “%(name)s” failed") % {"name": work}, work.error
    if work.status in Import.OPEN:
        title = _("The import of “%(name)s” waits for you") % {"name": work}
        return "info", title, _("Nothing has been saved yet. Go on with it, or cancel it.")
    title = ngettext(
        "%(number)s row of “%(name)s” was left out",
        "%(number)s rows of “%(name)s” were left out",
        work.wrong,
    )
    text = _("See why, mend the rows and import them again.")
    return "warning", title % {"number": work.wrong, "name": work}, text


#: Where items come from, the most urgent first; each asks the database once, whatever there is.
SOURCES: Sequence[Callable[[User], Iterator[Attention]]] = (
    disabled,
    server_trouble,
    uncertain,
    failed,
    imports,
    paused,
)


def _running(user: User) -> QuerySet[Attempt]:
    running = Attempt.objects.visible_to(user).running().without_bodies()
    return running.select_related("mailing__owner")


def _with(owner: User, state: State) -> QuerySet[Attempt]:
    """Return attempts of late in which letters ended in `state`, the newest first."""
    since = timezone.now() - LOOKED_BACK
    figures = Figure.objects.filter(owner=owner, quarter__gte=since, state=state)
    found = Attempt.objects.without_bodies().filter(pk__in=figures.values("attempt"))
    return found.filter(mailing__owner=owner).select_related("mailing").order_by("-pk")


def _moment(moment: datetime | None) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")
