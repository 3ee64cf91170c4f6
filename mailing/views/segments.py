"""Segments: recipients by a saved condition."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views import View
from django_htmx.http import trigger_client_event

from accounts.access import OwnerRequiredMixin
from accounts.listing import Column
from mailing.forms.segment import SegmentForm
from mailing.forms.segment_draft import Draft
from mailing.models import Mailing, Segment
from mailing.models.recipient import RecipientQuerySet
from mailing.models.segment import count_in_time, matching
from mailing.views.generic import (
    OwnedCreateView,
    OwnedDeleteView,
    OwnedDetailView,
    OwnedFormMixin,
    OwnedListView,
    OwnedUpdateView,
)

SHOWN = 5


def matches(recipients: RecipientQuerySet | None) -> dict[str, Any]:
    """Return what segment_matches.html shows: how many they are, and the newest."""
    if recipients is None:
        return {"matches": {"incomplete": True}}
    number = count_in_time(recipients)
    # without a count in time, finding the first ones may take as long
    first = [] if number is None else list(recipients.order_by("-created_at", "-pk")[:SHOWN])
    return {"matches": {"number": number, "first": first}}


class SegmentListView(OwnedListView):
    """All segments of the owner; whom they find is counted on the page of each."""

    model = Segment
    columns = (
        Column(pgettext_lazy("title", "Name"), "name"),
        Column(_("Conditions"), css="numeric"),
        Column(_("Changed"), "updated_at"),
    )
    search_fields = ("name",)
    default_sort = "name"


class SegmentFormMixin(OwnedFormMixin):
    """The condition builder; its buttons add and remove conditions without saving."""

    model = Segment
    template_name: str | None = "mailing/segment_form.html"
    request: HttpRequest

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = Draft.of_post(request.POST)
        changed = draft.after(request.POST)
        if changed is None and "count" not in request.POST:
            return super().post(request, *args, **kwargs)  # type: ignore[misc,no-any-return]
        self.object = self.get_shown()
        form = SegmentForm(
            draft=changed or draft,
            initial={"name": request.POST.get("name", "")},
            instance=self.object,
            owner=self.user,
        )
        counted = {} if changed else matches(recipients_of(request, self.user))
        answer: HttpResponse = self.render_to_response(  # type: ignore[attr-defined]
            self.get_context_data(form=form, **counted)
        )
        return trigger_client_event(answer, "conditionsChanged", after="settle")

    def get_shown(self) -> Segment | None:
        """Return what is being edited."""
        return None


class SegmentCreateView(SegmentFormMixin, OwnedCreateView):
    """Makes a segment."""

    form_class = SegmentForm
    title = _("New segment")
    notice = _("The segment “%(name)s” was created.")
    submit_label = _("Create")
    list_url = "mailing:segments"


class SegmentUpdateView(SegmentFormMixin, OwnedUpdateView):
    """Changes the conditions; mailings that use the segment go by the new ones."""

    form_class = SegmentForm
    title = _("Edit the segment “%(name)s”")
    notice = _("The segment “%(name)s” was saved.")

    def get_shown(self) -> Segment:
        segment: Segment = self.get_object()
        return segment


def recipients_of(request: HttpRequest, owner: Any) -> RecipientQuerySet | None:
    """Return whom the posted conditions find; nothing while they are not filled in."""
    form = SegmentForm(data=request.POST, owner=owner)
    try:
        return matching(form.read_rules(), owner)
    except ValidationError:
        return None


class SegmentCountView(OwnerRequiredMixin, View):
    """Says whom the conditions in the builder find as they stand."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        context = matches(recipients_of(request, self.user))
        return render(request, "mailing/segment_matches.html", context)


class SegmentMatchesView(OwnerRequiredMixin, View):
    """Says whom a segment finds now; asked for by its page, since it may take a while."""

    http_method_names = ("get",)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        segment = get_object_or_404(Segment.objects.owned_by(request.user), pk=pk)
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect(f"{reverse('mailing:recipients')}?segment={segment.pk}")
        return render(request, "mailing/segment_matches.html", matches(segment.recipients()))


class SegmentDetailView(OwnedDetailView):
    """The conditions in words, and who fulfils them."""

    model = Segment
    object: Segment

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            rules=self.object.in_words(),
            mailings=self.object.mailings.order_by("-created_at")[:SHOWN],
        )


class SegmentDeleteView(OwnedDeleteView):
    """Deletes a segment, not the recipients that it finds."""

    model = Segment
    question = _("Delete the segment “%(name)s”?")
    notice = _("The segment “%(name)s” was deleted.")
    list_url = "mailing:segments"

    def get_consequences(self) -> list[Any]:
        without = gettext("The mailing “%(name)s” goes on without it.")
        users = Mailing.objects.unfinished().filter(segments=self.object)
        return [
            gettext("The recipients that it finds stay."),
            *(without % {"name": mailing} for mailing in users),
        ]
