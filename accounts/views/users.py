"""The users, for managers."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, FormView

from accounts import overview, roles
from accounts.access import BlockerRequiredMixin
from accounts.addresses import with_confirmation
from accounts.forms.profile import BlockForm, ConfirmForm
from accounts.listing import Column, ListingView
from accounts.models import AuditEntry, User

STATES: dict[str, tuple[Promise, Q]] = {
    "active": (_("Active"), Q(is_active=True, confirmed=True)),
    "unconfirmed": (_("Not confirmed"), Q(is_active=True, confirmed=False)),
    "blocked": (_("Blocked"), Q(blocked_at__isnull=False)),
    "inactive": (_("Switched off"), Q(is_active=False, blocked_at__isnull=True)),
}
#: Entries of the audit log that a user's page shows.
BLOCKS_SHOWN = 50


class UserListView(BlockerRequiredMixin, ListingView):
    """Who has an account, in which state, and how much they send."""

    model = User
    template_name = "accounts/user_list.html"
    default_sort = "-date_joined"
    search_fields = ("email", "full_name")

    def get_columns(self) -> list[Column]:
        return [
            Column(_("User"), "email"),
            *(Column(figure.label, css="numeric") for figure in overview.FIGURES),
            Column(_("Joined"), "date_joined"),
            Column(_("Last login"), "last_login"),
            Column(_("State")),
            Column(_("Actions"), css="table__actions"),
        ]

    def get_queryset(self) -> Any:
        users: Any = with_confirmation(super().get_queryset()).prefetch_related("groups")
        if state := STATES.get(self.request.GET.get("state", "")):
            users = users.filter(state[1])
        role = self.request.GET.get("role", "")
        return users.in_role(role) if role in roles.ROLES else users

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        figures = overview.figures_of(context["object_list"])
        for user in context["object_list"]:
            user.state = state_of(user)
            user.state_label = STATES[user.state][0]
            user.can_be_blocked = self.user.may_block(user)
            user.figures = figures[user.pk]
        chosen = {name: self.request.GET.get(name, "") for name in ("state", "role")}
        states = [(name, label) for name, (label, _condition) in STATES.items()]
        return context | chosen | {"states": states, "roles": roles.ROLES.items()}


def state_of(user: User) -> str:
    """Return which of STATES a user is in, who was fetched `with_confirmation`."""
    if user.is_blocked:
        return "blocked"
    if not user.is_active:
        return "inactive"
    return "active" if user.confirmed else "unconfirmed"  # type: ignore[attr-defined]


class UserDetailView(BlockerRequiredMixin, DetailView):  # type: ignore[type-arg]
    """One user: who it is, what they send, and when they were blocked."""

    template_name = "accounts/user_detail.html"
    context_object_name = "person"
    object: User

    def get_queryset(self) -> QuerySet[User]:
        users = with_confirmation(User.objects.all())
        return users.select_related("blocked_by").prefetch_related("groups")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.object
        numbers = overview.figures_of([person])[person.pk]
        figures = [figure.label for figure in overview.FIGURES]
        return super().get_context_data(
            **kwargs,
            state=state_of(person),
            state_label=STATES[state_of(person)][0],
            can_be_blocked=self.user.may_block(person),
            figures=list(zip(figures, numbers, strict=True)),
            panels=[
                {"template": panel.template, **panel.context(person)} for panel in overview.PANELS
            ],
            blocks=AuditEntry.objects.blocks_of(person)[:BLOCKS_SHOWN],
        )


class BlockingView(BlockerRequiredMixin, FormView):  # type: ignore[type-arg]
    """Asks before the block of a user is set or lifted."""

    @cached_property
    def target(self) -> User:
        return get_object_or_404(User, pk=self.kwargs["pk"])

    def has_role(self, user: User) -> bool:
        return super().has_role(user) and user.may_block(self.target)

    def get_success_url(self) -> str:
        return reverse("accounts:user_detail", args=[self.target.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs, object=self.target, cancel_url=self.get_success_url()
        )


class BlockView(BlockingView):
    """Blocks a user for a reason."""

    form_class = BlockForm
    template_name = "accounts/user_block.html"
    extra_context = {"submit_label": _("Block")}

    def form_valid(self, form: BlockForm) -> HttpResponse:
        if self.target.block(self.user, form.cleaned_data["reason"]):
            messages.success(self.request, gettext("%s is blocked.") % self.target.email)
        else:
            messages.info(self.request, gettext("%s is blocked already.") % self.target.email)
        return super().form_valid(form)


class UnblockView(BlockingView):
    """Lifts the block of a user."""

    form_class = ConfirmForm
    template_name = "accounts/user_unblock.html"
    extra_context = {"submit_label": _("Unblock")}

    def form_valid(self, form: ConfirmForm) -> HttpResponse:
        if self.target.unblock(self.user):
            messages.success(self.request, gettext("%s may log in again.") % self.target.email)
        return super().form_valid(form)
