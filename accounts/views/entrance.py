"""The ways in: every login of the site leads to allauth's, which asks for the second factor."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.models import EmailConfirmationHMAC
from allauth.account.views import AccountInactiveView, ConfirmEmailView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.adapter import REFUSED_USER
from accounts.links import confirmation_from_key
from accounts.models import User


def lead_to_login(request: HttpRequest) -> HttpResponse:
    """Lead to the one login and from there to where the visitor wanted to go."""
    wanted = request.GET.get("next")
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    return redirect(reverse("account_login") + query)


def lead_to_password_reset(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Lead to the one password reset, whatever other one was asked for."""
    return redirect("account_reset_password")


class ConfirmAddressView(ConfirmEmailView):
    """Confirms an address when the button is pressed; opening the link changes nothing."""

    def get_object(self, queryset: None = None) -> EmailConfirmationHMAC:
        confirmation = confirmation_from_key(self.kwargs["key"])
        if confirmation is None:
            raise Http404
        return confirmation

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().post(*args, **kwargs)
        except Http404:  # the link was used or revoked since the page was opened
            response = self.get(*args, **kwargs)
        return response


class RefusedView(AccountInactiveView):
    """Tells who gave the right password of a blocked account why it is closed, and nobody else."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pk = request.session.get(REFUSED_USER, 0)
        user = User.objects.filter(pk=pk, is_active=False).first()
        if user is None:
            return lead_to_login(request)
        context = self.get_context_data(reason=user.blocked_reason)
        response: HttpResponse = self.render_to_response(context)
        return response
