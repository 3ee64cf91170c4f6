"""Wagtail's pages about users, for a user known by e-mail address with one name."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import account
from wagtail.users.forms import UserForm
from wagtail.users.models import UserProfile
from wagtail.users.views import groups, users
from wagtail.users.views.bulk_actions import SetActiveStateBulkAction

from accounts.auditing import AuditedChange, AuditedCreation, AuditedDeletion
from accounts.forms.cms import CmsUserCreationForm, CmsUserEditForm
from accounts.models import User

View = Callable[..., HttpResponseBase]

#: Panels of Wagtail's page “Account” that would change what belongs to the profile page.
PROFILE_PANELS = (
    account.NameEmailSettingsPanel,
    account.AvatarSettingsPanel,
    account.LocaleSettingsPanel,
    account.ChangePasswordPanel,
)


def editors_only(view: View) -> View:
    """Refuse who is logged in and may not edit; Wagtail would lead them round in circles."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated:
            if not user.has_perm("wagtailadmin.access_admin"):
                raise PermissionDenied
            lend_preferences(user)
        return view(request, *args, **kwargs)

    return guarded


def lend_preferences(user: User) -> None:
    """Have Wagtail show this request in the user's language and zone, of which it keeps its own."""
    profile = UserProfile.get_for_user(user)
    profile.preferred_language, profile.current_time_zone = user.language, user.time_zone
    user.wagtail_userprofile = profile  # type: ignore[attr-defined]


@method_decorator([never_cache, editors_only, require_admin_access], name="dispatch")
class EditorAccountView(account.AccountView):
    """What an editor sets for Wagtail alone; name, picture and the rest are on the profile page."""

    def get_panels(self) -> list[account.BaseSettingsPanel]:
        return [panel for panel in super().get_panels() if not isinstance(panel, PROFILE_PANELS)]

    def get_menu_items(self) -> list[Any]:
        return [*super().get_menu_items(), profile_menu_item()]


def profile_menu_item() -> dict[str, str]:
    """Return the link from Wagtail's page “Account” to the profile page."""
    return {
        "url": reverse("accounts:profile"),
        "label": gettext("Your profile"),
        "help_text": gettext("Name, picture, language, time zone, password and second factor."),
    }


def editor_avatar(user: User, size: int) -> str | None:
    """Return the address of the user's picture for Wagtail's pages."""
    return user.avatar.url if user and user.avatar else None


class UserIndexView(users.IndexView):
    """Wagtail's list of users, searched by our one name too."""

    search_fields = {"email", "full_name"}


class UserCreateView(AuditedCreation, users.CreateView):
    """Makes a user."""


class UserEditView(AuditedChange, users.EditView):
    """Changes a user."""


class UserDeleteView(AuditedDeletion, users.DeleteView):
    """Deletes a user."""


class UserViewSet(users.UserViewSet):
    """Wagtail's pages that list, make and change users."""

    index_view_class = UserIndexView
    add_view_class = UserCreateView
    edit_view_class = UserEditView
    delete_view_class = UserDeleteView
    create_template_name = "accounts/cms_user_create.html"
    edit_template_name = "accounts/cms_user_edit.html"

    def get_form_class(self, for_update: bool = False) -> type[UserForm]:
        return CmsUserEditForm if for_update else CmsUserCreationForm


class SwitchUsersBulkAction(SetActiveStateBulkAction):
    """Switches several users on or off; a block is lifted in the dashboard alone."""

    def get_actionable_objects(self) -> tuple[list[User], dict[str, list[User]]]:
        chosen, refused = super().get_actionable_objects()
        return [user for user in chosen if not user.is_blocked], refused


class GroupCreateView(AuditedCreation, groups.CreateView):
    """Makes a group."""


class GroupEditView(AuditedChange, groups.EditView):
    """Changes a group."""


class GroupDeleteView(AuditedDeletion, groups.DeleteView):
    """Deletes a group."""


class GroupViewSet(groups.GroupViewSet):
    """Wagtail's pages about groups; what is done there comes into the audit log."""

    add_view_class = GroupCreateView
    edit_view_class = GroupEditView
    delete_view_class = GroupDeleteView
