"""Test letters to oneself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View

from accounts.access import OwnerRequiredMixin
from mailing.models import TrialLetter
from mailing.sending.trial import Refused, request_trial
from mailing.views.attachments import OwnMessageMixin
from mailing.views.previews import chosen_reader


class TrialView(OwnMessageMixin, View):
    """Has a test letter sent."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = self.get_message(pk)
        reader, wanted = chosen_reader(request, self.user)
        try:
            trial = request_trial(message, reader)
        except Refused as error:
            messages.error(request, str(error))
        else:
            text = _("A test letter is on its way to %(address)s.")
            messages.success(request, text % {"address": trial.email})
        query = f"?{urlencode({'as': wanted})}" if wanted else ""
        return redirect(f"{message.get_absolute_url()}{query}#test-letters")


class TrialStateView(OwnerRequiredMixin, View):
    """What became of a test letter, for the place on the message's page where it is awaited."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        own = TrialLetter.objects.owned_by(self.user).select_related("recipient", "message")
        trial: TrialLetter = get_object_or_404(own, pk=pk)
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect(trial.message)
        return render(request, "mailing/trial_letter.html", {"trial": trial})
