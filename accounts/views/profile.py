"""Pages on which people change what is theirs."""

from typing import Any
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST
from django.views.generic import UpdateView
from django.views.i18n import set_language

from accounts.forms.profile import ProfileForm
from accounts.models import User


class ProfileView(LoginRequiredMixin, UpdateView):  # type: ignore[type-arg]
    """Name, picture, language, time zone, and the way to password, address and second factor."""

    form_class = ProfileForm
    template_name = "accounts/profile.html"
    success_url = reverse_lazy("accounts:profile")

    def get_object(self, queryset: object = None) -> User:
        """Return a copy, so that what a form refuses does not show elsewhere on the page."""
        return get_object_or_404(User, pk=self.request.user.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs, has_second_factor=is_mfa_enabled(self.request.user)
        )

    def form_valid(self, form: "ModelForm[User]") -> HttpResponse:
        response = super().form_valid(form)
        with translation.override(form.instance.language or translation.get_language()):
            messages.success(self.request, gettext("Your settings are saved."))
        return response


@csrf_exempt
@require_POST
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Remember the language in a cookie and, of who is logged in, with the user.

    The others' pages come from a cache and hold no token; all that is theirs is the cookie.
    """
    choose = csrf_protect(_choose_language) if request.user.is_authenticated else _choose_language
    return choose(request)


def _choose_language(request: HttpRequest) -> HttpResponseBase:
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        messages.error(request, gettext("The site does not speak this language."))
        request.POST = QueryDict(urlencode({"next": request.POST.get("next", "")}))
    elif request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])
    return set_language(request)
