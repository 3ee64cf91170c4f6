"""Planning a mailing step by step, and deleting it."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView

from mailing import letter_checks
from mailing.forms.mailing import (
    MessageStepForm,
    ScheduledTimeStepForm,
    TimeStepForm,
)
from mailing.models import Mailing, Message
from mailing.models.mailing import ForbiddenChange
from mailing.sending import control
from mailing.views.actions import allowed_actions
from mailing.views.facts import facts_of
from mailing.views.generic import (
    OwnedCreateView,
    OwnedDeleteView,
    OwnedFormMixin,
    OwnedMixin,
    OwnedUpdateView,
)
from mailing.views.steps import missing_steps, next_url, shown_steps

Status = Mailing.Status

NOTICES: dict[str, Promise] = {
    Status.DRAFT: _("“%(name)s” was saved as a draft. It goes out once you schedule it."),
    Status.SCHEDULED: _("“%(name)s” was saved and is scheduled."),
    Status.PAUSED: _("“%(name)s” was saved. It stays paused until you resume it."),
}


class StepMixin(OwnedFormMixin):
    """One step of the plan; it leads to the next one, or out of the plan."""

    model = Mailing
    template_name: str | None = "mailing/mailing_step.html"
    step: ClassVar[str]
    submit_label = _("Save and continue")

    @property
    def is_leaving(self) -> bool:
        return "leave" in self.request.POST

    def after_save(self) -> None:
        if self.is_leaving:
            self.notice = NOTICES[self.object.status]
            super().after_save()

    def get_success_url(self) -> str:
        mailing: Mailing = self.object
        return mailing.get_absolute_url() if self.is_leaving else next_url(mailing, self.step)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            steps=shown_steps(self.object, self.step),
            second_name="leave",
            second_value="yes",
            second_label=_("Save and leave"),
        )


class EditableMixin(OwnedMixin):
    """Pages about a mailing that can still be changed; any other leads to the mailing."""

    kwargs: dict[str, Any]

    def get_object(self, queryset: Any = None) -> Mailing:
        """Hold the mailing while it is saved, so that it cannot start in the middle."""
        queryset = self.get_queryset()
        if self.request.method == "POST":
            queryset = queryset.select_for_update()
        mailing: Mailing = super().get_object(queryset)  # type: ignore[misc]
        return mailing

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = self.refuse() or super().get(request, *args, **kwargs)  # type: ignore[misc]
        return answer

    def refuse(self) -> HttpResponse | None:
        mailing = self.get_object()
        if mailing.is_editable:
            return None
        text = gettext("A mailing that is %(status)s cannot be edited. You can copy it.")
        messages.error(self.request, text % {"status": mailing.get_status_display()})
        return redirect(mailing)


class StepView(EditableMixin, StepMixin, OwnedUpdateView):
    """A step of a mailing that is not under way."""

    title = _("Plan “%(name)s”")

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.refuse() or super().post(request, *args, **kwargs)


class MessageContextMixin(StepMixin):
    """What is sent; without any message there is a way to write one."""

    step = "message"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        has_messages = Message.objects.owned_by(self.user).exists()
        return super().get_context_data(**kwargs, has_messages=has_messages)


class MailingCreateView(MessageContextMixin, OwnedCreateView):
    """The first step of a new mailing, which makes the draft."""

    form_class = MessageStepForm
    title = _("New mailing")
    list_url = "mailing:mailings"

    def get_initial(self) -> dict[str, Any]:
        """Start from the message that the visitor comes from."""
        return super().get_initial() | {"message": self.request.GET.get("message")}


class MessageStepView(MessageContextMixin, StepView):
    """The first step of a mailing that is there."""

    form_class = MessageStepForm


class TimeStepView(StepView):
    """When the mailing goes out."""

    step = "time"

    def get_form_class(self) -> type[TimeStepForm]:
        is_scheduled = self.object.status == Status.SCHEDULED
        return ScheduledTimeStepForm if is_scheduled else TimeStepForm

    def after_save(self) -> None:
        try:
            control.reschedule(self.object)
        except ForbiddenChange as error:
            messages.error(self.request, str(error))
        super().after_save()


class ReviewView(EditableMixin, DetailView):  # type: ignore[type-arg]
    """The last step: everything at a glance, what is missing, and the plan."""

    model = Mailing
    template_name = "mailing/mailing_review.html"
    object: Mailing

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("owner", "message__owner")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mailing = self.object
        return super().get_context_data(
            **kwargs,
            **facts_of(mailing, self.user),
            steps=shown_steps(mailing, "review"),
            missing=missing_steps(mailing),
            actions=allowed_actions(mailing, self.user),
            findings=letter_checks.find(mailing.message),
        )


class MailingDeleteView(OwnedDeleteView):
    """Deletes a mailing with the record of what it sent."""

    model = Mailing
    question = _("Delete the mailing “%(name)s”?")
    notice = _("The mailing “%(name)s” was deleted.")
    list_url = "mailing:mailings"

    def get_consequences(self) -> list[str]:
        if not self.object.attempts.exists():
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
