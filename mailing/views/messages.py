"""Messages of an owner."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.addresses import confirmed_address
from accounts.listing import Column
from mailing import letter_checks
from mailing.forms.message import AttachmentsForm, MessageForm, known_attributes
from mailing.layouts import BY_SLUG
from mailing.models import Mailing, Message
from mailing.quotes import quoted
from mailing.sending.sample import sample
from mailing.views.generic import (
    OwnedCreateView,
    OwnedDeleteView,
    OwnedDetailView,
    OwnedListView,
    OwnedUpdateView,
)
from mailing.views.previews import chosen_reader, new_slot

MAILINGS_SHOWN = 20
TRIALS_SHOWN = 3

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
    """The form of a message, with the fields that it may have and a preview next to it."""

    template_name: str | None = "mailing/message_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        attributes = [key for key in known_attributes(self.user) if key != "city"]  # type: ignore[attr-defined]
        return context | {
            "message_fields": FIELDS,
            "attribute_fields": [f"{{{{ attributes.{key}| }}}}" for key in attributes],
            "slot": new_slot(),
        }


class MessageCreateView(MessageFormMixin, OwnedCreateView):
    """Writes a message, perhaps on one of our layouts (`?layout=`)."""

    model = Message
    form_class = MessageForm
    title = _("New message")
    notice = _("The message “%(name)s” was saved. Now plan a mailing with it.")
    list_url = "mailing:messages"

    def get_initial(self) -> dict[str, Any]:
        slug = self.request.GET.get("layout", "")
        if not slug:
            return {}
        if slug not in BY_SLUG:
            raise Http404
        return BY_SLUG[slug].texts()


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
    """A message as a recipient would see it, and what there is to do with it."""

    model = Message
    object: Message

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        message = self.object
        message.owner = self.user
        reader, wanted = chosen_reader(self.request, self.user)
        return super().get_context_data(
            **kwargs,
            letter=sample(message, reader),
            reader=reader,
            wanted=wanted,
            findings=letter_checks.find(message),
            mailings=message.mailings.all()[:MAILINGS_SHOWN],
            attachments=message.attachments.without_content(),
            attachments_form=kwargs.get("attachments_form") or AttachmentsForm(),
            trials=message.trials.select_related("recipient")[:TRIALS_SHOWN],
            own_address=confirmed_address(self.user),
        )


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
        shown = ", ".join(map(quoted, names[:MAILINGS_SHOWN]))
        return gettext(
            "Mailings use this message: %(names)s. Delete them or give them another first."
        ) % {"names": shown + ("…" if len(names) > MAILINGS_SHOWN else "")}
