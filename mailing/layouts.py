"""Layouts that a message can begin with, written by us."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from mailing.markup import sanitise

#: Where links lead until the owner fills them in (RFC 2606); the checks name those left over.
NOWHERE = "https://example.org/"


@dataclass(frozen=True)
class Layout:
    """A letter to begin with; its template is templates/emails/layouts/<slug>.html."""

    slug: str
    name: str | Promise
    description: str | Promise
    subject: Callable[[], str]

    def texts(self) -> dict[str, str]:
        """Return the contents of a message, in the active language."""
        return {"subject": self.subject(), "body_html": sanitise(render(self.slug))}


def render(slug: str, **context: Any) -> str:
    """Return the body that a template makes; it writes fields by their names in `fields`."""
    fields = {
        "name": gettext("{{ full_name|there }}"),
        "unsubscribe": "{{ unsubscribe_url }}",
        "view": "{{ view_url }}",
    }
    context |= {"fields": fields, "nowhere": NOWHERE}
    return render_to_string(f"emails/layouts/{slug}.html", context).strip()


LAYOUTS = (
    Layout(
        "plain",
        pgettext_lazy("layout", "Plain letter"),
        _("Words alone, as one writes to somebody one knows."),
        lambda: gettext("A word from us"),
    ),
    Layout(
        "newsletter",
        pgettext_lazy("layout", "Newsletter"),
        _("A heading, a greeting and three short pieces with links."),
        lambda: gettext("News of the month"),
    ),
    Layout(
        "announcement",
        pgettext_lazy("layout", "Announcement"),
        _("One thing in large letters, and one button."),
        lambda: gettext("There is something new"),
    ),
    Layout(
        "invitation",
        pgettext_lazy("layout", "Invitation"),
        _("What, when and where at a glance, and a button to answer."),
        lambda: gettext("You are invited, {{ full_name|friend }}"),
    ),
)
BY_SLUG = {layout.slug: layout for layout in LAYOUTS}
