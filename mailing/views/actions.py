"""What may be done with a mailing: one table for the buttons shown and the requests accepted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mailing.copying import copy_mailing
from mailing.forms.mailing import DisableForm
from mailing.models import Attempt, Mailing
from mailing.sending import control

Status = Mailing.Status
MANUAL = Attempt.Trigger.MANUAL
Words = str | Promise
Perform = Callable[[Mailing, User, dict[str, Any]], Mailing | Attempt | None]


def is_owner(mailing: Mailing, user: User) -> bool:
    return mailing.owner_id == user.pk and user.is_owner


def may_disable(mailing: Mailing, user: User) -> bool:
    return user.has_perm("mailing.disable_mailing")


@dataclass(frozen=True)
class Action:
    """Something that is done with a mailing.

    `perform` returns the page to go to, if that is not the mailing's. An action with a `question`
    is asked about first; `form` asks for more. `needs` are the steps of the plan that have to be
    settled for it.
    """

    name: str
    label: Words
    statuses: frozenset[str]
    perform: Perform
    notice: Words
    becomes: str | None = None
    may: Callable[[Mailing, User], bool] = is_owner
    question: Words = ""
    consequences: tuple[Words, ...] = ()
    form: type[DisableForm] | None = None
    css: str = ""
    needs: frozenset[str] = frozenset()

    def is_allowed(self, mailing: Mailing, user: User) -> bool:
        return mailing.status in self.statuses and self.may(mailing, user)


ACTIONS: tuple[Action, ...] = (
    Action(
        "schedule",
        _("Schedule"),
        frozenset({Status.DRAFT}),
        lambda mailing, _user, _answers: control.schedule(mailing),
        _("“%(name)s” is scheduled."),
        becomes=Status.SCHEDULED,
        css="button--primary",
        needs=frozenset({"recipients", "time"}),
    ),
    Action(
        "resume",
        _("Resume"),
        frozenset({Status.PAUSED}),
        lambda mailing, _user, _answers: control.resume(mailing),
        _("“%(name)s” goes on."),
        becomes=Status.SCHEDULED,
        css="button--primary",
    ),
    Action(
        "run",
        _("Send now"),
        frozenset({Status.DRAFT, Status.SCHEDULED}),
        lambda mailing, user, _answers: control.run_now(mailing, user, MANUAL),
        _("“%(name)s” is being sent."),
        becomes=Status.RUNNING,
        question=_("Send “%(name)s” now?"),
        consequences=(_("Letters that have left cannot be called back."),),
        needs=frozenset({"recipients"}),
    ),
    Action(
        "pause",
        _("Pause"),
        frozenset({Status.SCHEDULED, Status.RUNNING}),
        lambda mailing, _user, _answers: control.pause(mailing),
        _("“%(name)s” is paused. Letters that have left cannot be called back."),
        becomes=Status.PAUSED,
    ),
    Action(
        "unschedule",
        _("Back to draft"),
        frozenset({Status.SCHEDULED}),
        lambda mailing, _user, _answers: control.unschedule(mailing),
        _("“%(name)s” is a draft again and will not go out by itself."),
        becomes=Status.DRAFT,
    ),
    Action(
        "dry_run",
        _("Dry run"),
        frozenset({Status.DRAFT, Status.SCHEDULED, Status.RUNNING, Status.PAUSED}),
        lambda mailing, user, _answers: control.dry_run(mailing, user, MANUAL),
        _("The letters of “%(name)s” are being composed; none of them is sent."),
        needs=frozenset({"recipients"}),
    ),
    Action(
        "copy",
        _("Copy"),
        frozenset(Status.values),
        lambda mailing, _user, _answers: copy_mailing(mailing),
        _("This is a copy. Look at its times, then schedule it."),
    ),
    Action(
        "stop",
        _("Stop"),
        frozenset({Status.SCHEDULED, Status.RUNNING, Status.PAUSED}),
        lambda mailing, _user, _answers: control.stop(mailing),
        _("“%(name)s” was stopped for good."),
        becomes=Status.FINISHED,
        question=_("Stop “%(name)s” for good?"),
        consequences=(
            _("Letters that have not left yet will not be sent."),
            _("It cannot go on afterwards; pause it if you may want that. You can copy it."),
        ),
        css="button--danger",
    ),
    Action(
        "disable",
        _("Disable"),
        frozenset({Status.DRAFT, Status.SCHEDULED, Status.RUNNING, Status.PAUSED}),
        lambda mailing, user, answers: control.disable(mailing, user, answers["reason"]),
        _("“%(name)s” was disabled."),
        becomes=Status.DISABLED,
        may=may_disable,
        question=_("Disable “%(name)s”?"),
        consequences=(
            _("Letters that have not left yet will not be sent."),
            _("The owner cannot send it until a manager enables it again."),
        ),
        form=DisableForm,
        css="button--danger",
    ),
    Action(
        "enable",
        _("Enable"),
        frozenset({Status.DISABLED}),
        lambda mailing, user, _answers: control.enable(mailing, user),
        _("“%(name)s” is paused now; its owner decides whether it goes on."),
        becomes=Status.PAUSED,
        may=may_disable,
    ),
)

BY_NAME = {action.name: action for action in ACTIONS}
#: What can be done from the page on which one watches the letters leave.
WHILE_WATCHING = {"pause", "resume", "stop", "disable"}


def allowed_actions(mailing: Mailing, user: User) -> list[Action]:
    """Return what `user` may do with `mailing` as it is now."""
    allowed = [action for action in ACTIONS if action.is_allowed(mailing, user)]
    missing = set(mailing.missing) if mailing.status == Status.DRAFT else set()
    return [action for action in allowed if not action.needs & missing]


def watching_actions(mailing: Mailing, user: User) -> list[Action]:
    """Return those of them that are wanted while one watches letters leave."""
    return [act for act in allowed_actions(mailing, user) if act.name in WHILE_WATCHING]


def require_right(action: Action, mailing: Mailing, user: User) -> None:
    """Raise PermissionDenied when `action` is not for `user`, whatever the status."""
    if not action.may(mailing, user):
        raise PermissionDenied
