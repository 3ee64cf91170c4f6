"""Making, changing and deleting a mailing."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailing.forms.mailing import MailingForm, ScheduledMailingForm
from mailing.models import Mailing, Message
from mailing.models.mailing import ForbiddenChange
from mailing.sending import control
from mailing.views.generic import (
    OwnedCreateView,
    OwnedDeleteView,
    OwnedFormMixin,
    OwnedUpdateView,
)

Status = Mailing.Status

#: What the second button of the form makes of the mailing, by the status it has.
SECOND_BUTTONS: dict[str, tuple[str, Promise]] = {
    Status.DRAFT: (Status.SCHEDULED, _("Save and schedule")),
    Status.SCHEDULED: (Status.DRAFT, _("Save as draft")),
}


class PlanMixin(OwnedFormMixin):
    """The form of a mailing; its second button changes the status as well."""

    model = Mailing
    template_name: str | None = "mailing/mailing_form.html"

    @property
    def status(self) -> str:
        return self.object.status if self.object else Status.DRAFT

    @property
    def wished_status(self) -> str:
        wished, _label = SECOND_BUTTONS.get(self.status, (self.status, ""))
        return wished if self.request.POST.get("status") == wished else self.status

    def get_form_class(self) -> type[MailingForm]:
        return ScheduledMailingForm if self.wished_status == Status.SCHEDULED else MailingForm

    def after_save(self) -> None:
        mailing: Any = self.object
        try:
            self.change_status(mailing, self.wished_status)
        except ForbiddenChange as error:
            messages.error(self.request, str(error))
        self.notice = NOTICES[mailing.status]
        super().after_save()

    def change_status(self, mailing: Mailing, wished: str) -> None:
        """Bring the saved mailing to the wished status. Raises ForbiddenChange."""
        if mailing.status == wished:
            control.reschedule(mailing)
        elif wished == Status.SCHEDULED:
            control.schedule(mailing)
        else:
            control.unschedule(mailing)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        status, label = SECOND_BUTTONS.get(self.status, ("", ""))
        return super().get_context_data(
            **kwargs,
            second_name="status",
            second_value=status,
            second_label=label,
            has_messages=Message.objects.owned_by(self.user).exists(),
        )


NOTICES: dict[str, Promise] = {
    Status.DRAFT: _("“%(name)s” was saved as a draft. It goes out once you schedule it."),
    Status.SCHEDULED: _("“%(name)s” was saved and is scheduled."),
    Status.PAUSED: _("“%(name)s” was saved. It stays paused until you resume it."),
}


class MailingCreateView(PlanMixin, OwnedCreateView):
    """Plans a new mailing."""

    title = _("New mailing")
    submit_label = _("Save as draft")
    list_url = "mailing:mailings"

    def get_initial(self) -> dict[str, Any]:
        """Start from the message or the list that the visitor comes from."""
        return super().get_initial() | {
            "message": self.request.GET.get("message"),
            "lists": self.request.GET.getlist("list"),
        }


class MailingUpdateView(PlanMixin, OwnedUpdateView):
    """Changes a mailing that is not under way."""

    title = _("Edit “%(name)s”")

    def get_object(self, queryset: Any = None) -> Mailing:
        """Hold the mailing while it is saved, so that it cannot start in the middle."""
        queryset = self.get_queryset()
        if self.request.method == "POST":
            queryset = queryset.select_for_update()
        mailing: Mailing = super().get_object(queryset)
        return mailing

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.refuse() or super().get(request, *args, **kwargs)

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.refuse() or super().post(request, *args, **kwargs)

    def refuse(self) -> HttpResponse | None:
        mailing = self.get_object()
        if mailing.is_editable:
            return None
        text = gettext("A mailing that is %(status)s cannot be edited. You can copy it.")
        messages.error(self.request, text % {"status": mailing.get_status_display()})
        return redirect(mailing)


class MailingDeleteView(OwnedDeleteView):
    """Deletes a mailing with the record of what it sent."""

    model = Mailing
    question = _("Delete the mailing “%(name)s”?")
    notice = _("The mailing “%(name)s” was deleted.")
    list_url = "mailing:mailings"

    def get_consequences(self) -> list[str]:
        attempts = self.object.attempts.count()
        if not attempts:
            return []
        return [
            gettext("The record of what it sent goes with it."),
            gettext(
                "Recipients can still unsubscribe, but no longer read its letters in a browser."
            ),
        ]

    def get_obstacle(self) -> str:
        mailing: Mailing = self.object
        if mailing.status == Status.RUNNING or mailing.attempts.running().exists():
            return gettext("A run of it has not ended yet. Stop it or wait, then delete it.")
        return ""
