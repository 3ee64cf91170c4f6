"""Who may open which page of the dashboard."""

from abc import ABC, abstractmethod

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User


class RoleRequiredMixin(AccessMixin, ABC):
    """Leads strangers to the login and refuses users without the role."""

    request: HttpRequest

    @property
    def user(self) -> User:
        """Who is logged in, as all are who get past this mixin."""
        return self.request.user  # type: ignore[return-value]

    @abstractmethod
    def has_role(self, user: User) -> bool:
        """Whether `user` may open the page."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not self.has_role(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc, no-any-return]


class OwnerRequiredMixin(RoleRequiredMixin):
    """For pages on which owners change what is theirs."""

    def has_role(self, user: User) -> bool:
        return user.is_owner


class DashboardMixin(RoleRequiredMixin):
    """For pages that owners and managers read: everybody but content managers."""

    def has_role(self, user: User) -> bool:
        return not user.is_content_manager


class AuditorRequiredMixin(RoleRequiredMixin):
    """For the audit log: administrators, and whom they let read it. Managers stand in it."""

    def has_role(self, user: User) -> bool:
        return user.has_perm("accounts.view_auditentry")


class BlockerRequiredMixin(RoleRequiredMixin):
    """For the list of users and the block."""

    def has_role(self, user: User) -> bool:
        return user.has_perm("accounts.block_user")
