"""What a message said before."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import DetailView

from accounts.listing import Column
from mailing.models import Message, MessageVersion
from mailing.models.message_version import TEXTS
from mailing.sending.sample import sample
from mailing.views.attachments import OwnMessageMixin
from mailing.views.generic import PartsView, say
from mailing.views.sandbox import sandboxed


class VersionsMixin(OwnMessageMixin):
    """Keeps to the versions of one message of the visitor."""

    kwargs: dict[str, Any]

    @cached_property
    def message(self) -> Message:
        return self.get_message(self.kwargs["pk"])

    def get_version(self) -> MessageVersion:
        version: MessageVersion = get_object_or_404(
            self.message.versions, pk=self.kwargs["version_pk"]
        )
        return version


def as_message(version: MessageVersion, message: Message) -> Message:
    """Return the message as it would be if this version were restored."""
    texts = {name: getattr(version, name) for name in TEXTS}
    return Message(owner=message.owner, **texts)


class VersionListView(VersionsMixin, PartsView):
    """All versions of a message that are kept."""

    model = MessageVersion
    template_name = "mailing/message_versions.html"
    parent_name = "message"
    columns = (Column(_("Saved"), "id"), Column(_("Subject")))
    default_sort = "-id"

    def get_parents(self) -> Any:
        return Message.objects.owned_by(self.user)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(message=self.parent).defer("body_html", "body_text")


class VersionView(VersionsMixin, DetailView):  # type: ignore[type-arg]
    """A version (GET), and the message made to say it again (POST)."""

    template_name = "mailing/message_version.html"
    context_object_name = "version"

    def get_object(self, queryset: object = None) -> MessageVersion:
        return self.get_version()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        letter = sample(as_message(self.object, self.message))
        latest = self.message.versions.values_list("pk", flat=True).first()
        return super().get_context_data(
            **kwargs, message=self.message, letter=letter, is_latest=latest == self.object.pk
        )

    @transaction.atomic
    def post(self, request: HttpRequest, pk: int, version_pk: int) -> HttpResponse:
        version = self.get_version()
        version.restore()
        say(request, _("The message “%(name)s” says again what it said then."), version.message)
        return redirect(version.message)


class VersionPreviewView(VersionsMixin, View):
    """The letter alone of a version, for the frame on its page."""

    def get(self, request: HttpRequest, pk: int, version_pk: int) -> HttpResponse:
        return sandboxed(sample(as_message(self.get_version(), self.message)).html)
