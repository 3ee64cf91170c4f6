"""The users, for managers."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from accounts.access import BlockerRequiredMixin
from accounts.addresses import with_confirmation
from accounts.forms.profile import BlockForm, ConfirmForm
from accounts.listing import Column, ListingView
from accounts.models import User

STATES: dict[str, tuple[Promise, Q]] = {
    "active": (_("Active"), Q(is_active=True, confirmed=True)),
    "unconfirmed": (_("Not confirmed"), Q(is_active=True, confirmed=False)),
    "blocked": (_("Blocked"), Q(blocked_at__isnull=False)),
    "inactive": (_("Switched off"), Q(is_active=False, blocked_at__isnull=True)),
}


class UserListView(BlockerRequiredMixin, ListingView):
    """Who has an account, and in which state."""

    model = User
    template_name = "accounts/user_list.html"
    default_sort = "-date_joined"
    search_fields = ("email", "full_name")
    columns: ClassVar[list[Column]] = [
        Column(_("E-mail address"), "email"),
        Column(_("Name"), "full_name"),
        Column(_("Joined"), "date_joined"),
        Column(_("Last login"), "last_login"),
        Column(_("State")),
        Column(_("Actions"), css="table__actions"),
    ]

    def get_queryset(self) -> QuerySet[User]:
        users = with_confirmation(super().get_queryset()).prefetch_related("groups")
        state = STATES.get(self.request.GET.get("state", ""))
        return users.filter(state[1]) if state else users

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for user in context["object_list"]:
            user.state = state_of(user)
            user.state_label = STATES[user.state][0]
            user.can_be_blocked = self.user.may_block(user)
        states = [(name, label) for name, (label, _condition) in STATES.items()]
        return {**context, "states": states, "state": self.request.GET.get("state", "")}


def state_of(user: User) -> str:
    """Return which of STATES a user is in, who was fetched `with_confirmation`."""
    if user.is_blocked:
        return "blocked"
    if not user.is_active:
        return "inactive"
    return "active" if user.confirmed else "unconfirmed"  # type: ignore[attr-defined]


class BlockingView(BlockerRequiredMixin, FormView):  # type: ignore[type-arg]
    """Asks before the block of a user is set or lifted."""

    success_url = reverse_lazy("accounts:users")

    @cached_property
    def target(self) -> User:
        return get_object_or_404(User, pk=self.kwargs["pk"])

    def has_role(self, user: User) -> bool:
        return super().has_role(user) and user.may_block(self.target)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, object=self.target, cancel_url=self.success_url)


class BlockView(BlockingView):
    """Blocks a user for a reason."""

    form_class = BlockForm
    template_name = "accounts/user_block.html"
    extra_context = {"submit_label": _("Block")}

    def form_valid(self, form: BlockForm) -> HttpResponse:
        if self.target.is_blocked:
            messages.info(self.request, gettext("%s is blocked already.") % self.target.email)
        else:
            self.target.block(self.user, form.cleaned_data["reason"])
            messages.success(self.request, gettext("%s is blocked.") % self.target.email)
        return super().form_valid(form)


class UnblockView(BlockingView):
    """Lifts the block of a user."""

    form_class = ConfirmForm
    template_name = "accounts/user_unblock.html"
    extra_context = {"submit_label": _("Unblock")}

    def form_valid(self, form: ConfirmForm) -> HttpResponse:
        if self.target.is_blocked:
            self.target.unblock(self.user)
            messages.success(self.request, gettext("%s may log in again.") % self.target.email)
        return super().form_valid(form)
