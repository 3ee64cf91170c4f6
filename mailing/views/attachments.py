"""Files of a message."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views import View

from accounts.access import OwnerRequiredMixin
from mailing.forms.message import AttachmentsForm
from mailing.models import Attachment, Message
from mailing.views.generic import say


class OwnMessageMixin(OwnerRequiredMixin):
    """Keeps to one message of the visitor."""

    def get_message(self, pk: int) -> Message:
        message: Message = get_object_or_404(Message.objects.owned_by(self.user), pk=pk)
        return message

    def get_attachment(self, pk: int, attachment_pk: int) -> Attachment:
        files = self.get_message(pk).attachments.all()
        attachment: Attachment = get_object_or_404(files, pk=attachment_pk)
        return attachment


class AttachView(OwnMessageMixin, View):
    """Adds files to a message."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = self.get_message(pk)
        form = AttachmentsForm(request.POST, request.FILES)
        if form.is_valid() and form.save(message):
            count = len(form.cleaned_data["attachments"])
            text = ngettext("%(count)s file was attached.", "%(count)s files were attached.", count)
            messages.success(request, text % {"count": count})
        else:
            for error in form.errors.get("attachments", []):
                messages.error(request, str(error))
        return redirect(message)


class AttachmentView(OwnMessageMixin, View):
    """A file of a message, to be downloaded and never shown."""

    def get(self, request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponse:
        file = self.get_attachment(pk, attachment_pk)
        response = HttpResponse(bytes(file.content), content_type="application/octet-stream")
        disposition = content_disposition_header(True, file.name)
        if disposition is None:
            return HttpResponseNotFound()
        response["Content-Disposition"] = disposition
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


class DetachView(OwnMessageMixin, View):
    """Takes a file away from a message."""

    def post(self, request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponse:
        message = self.get_message(pk)
        file = self.get_attachment(pk, attachment_pk)
        message.detach(file)
        say(request, _("“%(name)s” is attached no more."), file)
        return redirect(message)
