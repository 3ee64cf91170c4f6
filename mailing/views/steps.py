"""The steps of planning a mailing: each is saved in the draft, and can be left and come back to."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mailing.models import Mailing


@dataclass(frozen=True)
class Step:
    """A page of the plan; `missing` says in words what it lacks while it is not settled."""

    name: str
    title: str | Promise
    url_name: str
    missing: str | Promise = ""

    def url(self, mailing: Mailing) -> str:
        return reverse(self.url_name, args=[mailing.pk])


STEPS = (
    Step("message", _("Message"), "mailing:mailing_edit"),
    Step(
        "recipients",
        _("Recipients"),
        "mailing:mailing_recipients",
        _("Nobody is chosen yet."),
    ),
    Step("time", _("Time"), "mailing:mailing_time", _("The time is not settled yet.")),
    Step("review", pgettext_lazy("step", "Check"), "mailing:mailing_review"),
)
BY_NAME = {step.name: step for step in STEPS}


@dataclass(frozen=True)
class ShownStep:
    """A step as the line of steps shows it; without an address it cannot be opened yet."""

    title: str | Promise
    url: str
    is_current: bool
    is_done: bool


def shown_steps(mailing: Mailing | None, current: str) -> list[ShownStep]:
    """Return the line of steps; of a mailing that is not saved yet only the first one opens."""
    missing = mailing.missing if mailing else [step.name for step in STEPS]
    return [
        ShownStep(
            step.title,
            step.url(mailing) if mailing else "",
            step.name == current,
            step.name not in [*missing, "review"],
        )
        for step in STEPS
    ]


def missing_steps(mailing: Mailing) -> list[tuple[str | Promise, str]]:
    """Return what is missing, in words, each with the address at which it is settled."""
    steps = (BY_NAME[name] for name in mailing.missing)
    return [(step.missing, step.url(mailing)) for step in steps]


def next_url(mailing: Mailing, current: str) -> str:
    """Return the address of the step after `current`."""
    names = [step.name for step in STEPS]
    return STEPS[names.index(current) + 1].url(mailing)
