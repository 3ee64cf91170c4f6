"""Messages of an owner."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.access import OwnerRequiredMixin
from accounts.listing import Column
from mailing.forms.message import MessageForm
from mailing.models import Mailing, Message
from mailing.views.generic import (
    OwnedCreateView,
    OwnedDeleteView,
    OwnedDetailView,
    OwnedListView,
    OwnedUpdateView,
)
from mailing.views.samples import sample_html, sample_line, sample_text
from mailing.views.sandbox import sandboxed

MAILINGS_SHOWN = 20

FIELDS = (
    (_("{{ full_name|there }}"), _("the full name")),
    ("{{ email }}", _("the address")),
    (_("{{ attributes.city|your town }}"), _("an attribute, here the one called “city”")),
    ("{{ unsubscribe_url }}", _("where to unsubscribe; a link to it is added if you leave it out")),
    ("{{ view_url }}", _("where to read the letter in a browser")),
)


class MessageListView(OwnedListView):
    """All messages of the owner."""

    model = Message
    columns = (
        Column(pgettext_lazy("title", "Name"), "name"),
        Column(_("Subject"), "subject"),
        Column(_("Changed"), "updated_at"),
    )
    search_fields = ("name", "subject")
    default_sort = "-updated_at"

    def get_queryset(self) -> Any:
        return super().get_queryset().defer("body_html", "body_text")


class MessageFormMixin:
    """The form of a message, with the fields that it may have next to it."""

    template_name: str | None = "mailing/message_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {"message_fields": FIELDS}


class MessageCreateView(MessageFormMixin, OwnedCreateView):
    """Writes a message."""

    model = Message
    form_class = MessageForm
    title = _("New message")
    notice = _("The message “%(name)s” was saved. Now plan a mailing with it.")
    list_url = "mailing:messages"


class MessageUpdateView(MessageFormMixin, OwnedUpdateView):
    """Changes a message; what is being sent keeps the copy that it began with."""

    model = Message
    form_class = MessageForm
    title = _("Edit the message “%(name)s”")
    notice = _("The message “%(name)s” was saved.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        running = self.object.mailings.filter(status=Mailing.Status.RUNNING)
        return super().get_context_data(**kwargs, running=running)


class MessageDetailView(OwnedDetailView):
    """A message as a recipient would see it."""

    model = Message
    object: Message

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            subject=sample_line(self.object, self.object.subject),
            preheader=sample_line(self.object, self.object.preheader),
            text=sample_text(self.object),
            mailings=self.object.mailings.all()[:MAILINGS_SHOWN],
        )


class MessagePreviewView(OwnerRequiredMixin, View):
    """The letter alone, for the frame on the message's page."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = get_object_or_404(Message.objects.owned_by(request.user), pk=pk)
        return sandboxed(sample_html(message))


class MessageDeleteView(OwnedDeleteView):
    """Deletes a message that no mailing needs."""

    model = Message
    question = _("Delete the message “%(name)s”?")
    notice = _("The message “%(name)s” was deleted.")
    list_url = "mailing:messages"

    def get_obstacle(self) -> str:
        names = list(self.object.mailings.values_list("name", flat=True)[: MAILINGS_SHOWN + 1])
        if not names:
            return ""
        quoted = gettext("“%(name)s”")
        shown = ", ".join(quoted % {"name": name} for name in names[:MAILINGS_SHOWN])
        return gettext(
            "Mailings use this message: %(names)s. Delete them or give them another first."
        ) % {"names": shown + ("…" if len(names) > MAILINGS_SHOWN else "")}
