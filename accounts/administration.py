"""Django's admin behind the one login."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.auditing import AuditedAdmin
from accounts.views.entrance import lead_to_login

View = Callable[..., HttpResponseBase]


class AdministrationSite(AdminSite):
    """An admin that never asks for a password itself, and refuses who may not come in."""

    site_title = site_header = _("Mailshot administration")
    site_url = "/"

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override]
        inner: View = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            # an act and its entry in the audit log are written together or not at all
            with transaction.atomic() if request.method == "POST" else nullcontext():
                return inner(request, *args, **kwargs)

        return guarded

    def register(  # type: ignore[override]
        self, models: Any, admin_class: Any = None, **options: Any
    ) -> None:
        """Register as Django does; whatever is done on the pages comes into the audit log."""
        plain = admin_class or ModelAdmin
        audited = type(plain.__name__, (AuditedAdmin, plain), {"__module__": plain.__module__})
        super().register(models, audited, **options)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not request.user.is_authenticated:
            return lead_to_login(request)
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")
