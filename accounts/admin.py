"""Users in Django's admin."""

from typing import Any

# registers what is unregistered below
import allauth.account.admin
import allauth.mfa.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.addresses import confirm_address
from accounts.forms.cms import AdminUserChangeForm, AdminUserCreationForm
from accounts.models import AuditEntry, User

# an address is changed with its user, and the secret of a second factor is shown to nobody
admin.site.unregister(EmailAddress)
admin.site.unregister(Authenticator)


class AuthenticatorInline(admin.TabularInline):  # type: ignore[type-arg]
    """A user's second factors: what an administrator takes away from who lost their phone."""

    model = Authenticator
    extra = 0
    fields = readonly_fields = ("type", "created_at", "last_used_at")
    verbose_name = _("second factor")
    verbose_name_plural = _("second factors")

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(BaseUserAdmin):  # type: ignore[type-arg]
    """Users, known by e-mail address."""

    form = AdminUserChangeForm
    add_form = AdminUserCreationForm
    inlines = (AuthenticatorInline,)
    ordering = ("email",)
    list_display = ("email", "full_name", "is_active", "is_superuser", "date_joined", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    search_fields = ("email", "full_name")
    readonly_fields = ("last_login", "date_joined", "blocked_at", "blocked_by", "blocked_reason")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Person"), {"fields": ("full_name", "language", "time_zone")}),
        (
            _("Permissions"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (
            pgettext_lazy("state", "Block"),
            {"fields": ("blocked_at", "blocked_by", "blocked_reason")},
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "full_name", "usable_password", "password1", "password2")}),
    )

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.inlines if obj else ()

    def save_model(
        self, request: HttpRequest, obj: User, form: "ModelForm[User]", change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        confirm_address(obj)


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The audit log, to read; it is shown with filters in the dashboard too."""

    list_display = ("created_at", "actor_name", "act", "owner_name", "object_name")
    list_filter = ("act",)
    search_fields = ("actor_name", "owner_name", "object_name", "reason")
    exclude = ("actor", "owner")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False
