"""Pages for what an owner has; the views of each model add only what is different there."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.views.generic import CreateView, DeleteView, DetailView, UpdateView
from django_filters import FilterSet

from accounts.access import OwnerRequiredMixin
from accounts.listing import ListingView


def say(request: HttpRequest, notice: str | Promise, thing: object) -> None:
    """Tell what was done to `thing`."""
    messages.success(request, str(notice) % {"name": thing})


class OwnedMixin(OwnerRequiredMixin):
    """Keeps to the visitor's own rows: those of others are not found."""

    def get_queryset(self) -> Any:
        return super().get_queryset().owned_by(self.user)  # type: ignore[misc]


class OwnedListView(OwnedMixin, ListingView):
    """What an owner has of one kind."""


class OwnedDetailView(OwnedMixin, DetailView):  # type: ignore[type-arg]
    """One thing that an owner has."""


class FilteredListView(ListingView):
    """A list page with filters; values that mean nothing are left out."""

    filterset_class: ClassVar[type[FilterSet]]

    def get_queryset(self) -> Any:
        self.filterset = self.filterset_class(
            self.request.GET, queryset=super().get_queryset(), request=self.request
        )
        return self.filterset.qs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, filters=self.filterset.form)


class PartsView(ListingView):
    """One thing, and under it the list of what belongs to it."""

    parent_name: ClassVar[str]

    @abstractmethod
    def get_parents(self) -> QuerySet[Any]:
        """Return the things of which the visitor may see one."""

    @cached_property
    def parent(self) -> Any:
        return get_object_or_404(self.get_parents(), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, **{self.parent_name: self.parent})


class OwnedFormMixin(OwnedMixin):
    """A form for something that the visitor has or gets."""

    object: Any
    template_name: str | None = "mailing/form.html"
    notice: str | Promise
    title: str | Promise = ""
    submit_label: str | Promise = ""

    def get_title(self) -> str:
        return str(self.title) % {"name": self.object}

    @abstractmethod
    def get_cancel_url(self) -> str:
        """Return where the form leads when nothing is saved."""

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]
        return kwargs | {"owner": self.user}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                self.object = form.save()
        except IntegrityError:  # somebody was quicker: the same form sent twice at once
            form.full_clean()
            if form.is_valid():
                raise
            return self.form_invalid(form)  # type: ignore[attr-defined,no-any-return]
        self.after_save()
        return HttpResponseRedirect(self.get_success_url())  # type: ignore[attr-defined]

    def after_save(self) -> None:
        say(self.request, self.notice, self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs |= {
            "title": self.get_title(),
            "submit_label": self.submit_label,
            "cancel_url": self.get_cancel_url(),
        }
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context


class OwnedCreateView(OwnedFormMixin, CreateView):  # type: ignore[type-arg]
    """Makes something for the visitor."""

    list_url: ClassVar[str]

    def get_cancel_url(self) -> str:
        return reverse(self.list_url)


class OwnedUpdateView(OwnedFormMixin, UpdateView):  # type: ignore[type-arg]
    """Changes something that the visitor has."""

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()  # type: ignore[no-any-return]


class AskingMixin(OwnedMixin):
    """Asks before something is done with what the visitor has."""

    object: Any
    template_name: str | None = "mailing/ask.html"
    question: str | Promise
    submit_label: str | Promise = ""

    def get_consequences(self) -> Sequence[str | Promise]:
        """Return what else will be different afterwards."""
        return []

    def get_obstacle(self) -> str | Promise:
        """Return why it cannot be done now, or nothing."""
        return ""

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs |= {
            "question": str(self.question) % {"name": self.object},
            "consequences": self.get_consequences(),
            "obstacle": self.get_obstacle(),
            "submit_label": self.submit_label,
            "cancel_url": self.get_cancel_url(),
        }
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context


class OwnedDeleteView(AskingMixin, DeleteView):  # type: ignore[type-arg]
    """Deletes something that the visitor has, after asking."""

    notice: str | Promise
    list_url: ClassVar[str]

    def get_success_url(self) -> str:
        return reverse(self.list_url)

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Delete, unless something has come in the way since the question was asked."""
        self.object = self.get_object(self.get_queryset().select_for_update())
        if obstacle := self.get_obstacle():
            messages.error(self.request, str(obstacle))
            return HttpResponseRedirect(self.get_cancel_url())
        response = super().form_valid(form)
        say(self.request, self.notice, self.object)
        return response
