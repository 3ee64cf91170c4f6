"""Choosing whom a mailing goes to; single recipients are found while they are typed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.generic import TemplateView

from accounts.access import OwnerRequiredMixin
from mailing.forms.addresses import find_recipients
from mailing.forms.mailing import RecipientsStepForm
from mailing.models import Mailing
from mailing.views.planning import StepView


class RecipientsStepView(StepView):
    """Whom the mailing goes to; single recipients are found by their beginning."""

    step = "recipients"
    form_class = RecipientsStepForm
    template_name = "mailing/mailing_recipients.html"
    found: Any = ()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "find" in request.POST:
            return self.show_found()
        return super().post(request, *args, **kwargs)

    def show_found(self) -> HttpResponse:
        """Show the step with what was typed in it and who was found, saving nothing."""
        if answer := self.refuse():
            return answer
        self.object = self.get_object()
        self.found = find_recipients(self.user, self.request.POST.get("find_text", ""))
        return self.render_to_response(self.get_context_data())

    def get_initial(self) -> dict[str, Any]:
        typed = self._typed() if "find" in self.request.POST else None
        if typed is None:
            return super().get_initial()
        lists = {name: typed.getlist(name) for name in ("lists", "segments", "excluded_lists")}
        return {**lists, "recipients": typed.get("recipients", "")}

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if "find" in self.request.POST:
            kwargs.pop("data")
            kwargs.pop("files")
        elif "data" in kwargs:
            kwargs["data"] = self._typed()
        may_be_empty = self.is_leaving and self.object.status == Mailing.Status.DRAFT
        return kwargs | {"may_be_empty": may_be_empty}

    def _typed(self) -> QueryDict:
        """Return what was posted, with those who were found and ticked among the addresses."""
        typed = self.request.POST.copy()
        addresses = [typed.get("recipients", ""), *typed.getlist("found")]
        typed["recipients"] = "\n".join(filter(None, addresses))
        return typed

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.POST.get("find_text", "")
        return super().get_context_data(**kwargs, found=self.found, find_text=text)


class RecipientFindView(OwnerRequiredMixin, TemplateView):
    """The owner's recipients whose address or name begins with what was typed, to tick."""

    template_name = "mailing/found_recipients.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = find_recipients(self.user, self.request.GET.get("find_text", ""))
        return super().get_context_data(**kwargs, found=found)
