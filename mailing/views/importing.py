"""Bringing in recipients from a file, step by step; each step can be left and come back to."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views import View
from django.views.decorators.vary import vary_on_headers
from django.views.generic import FormView, TemplateView
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import OwnerRequiredMixin
from accounts.listing import Column
from mailing.forms.importing import ColumnsForm, ImportForm
from mailing.importing import acts, jobs
from mailing.importing.wrong_rows import csv_lines
from mailing.models import Import, ImportRow
from mailing.views.generic import OwnedListView

#: Bytes of a file that is read and checked at once, without a worker.
INSTANT = 1_000_000
ROWS_SHOWN = 20
Status = Import.Status


class ImportListView(OwnedListView):
    """All imports of the owner."""

    model = Import
    queryset = Import.objects.defer("first_rows", "roles", "sheets")
    columns = (
        Column(_("File"), "file_name"),
        Column(_("Status")),
        Column(pgettext_lazy("rows", "New"), "added", "numeric"),
        Column(pgettext_lazy("rows", "Changed"), "updated", "numeric"),
        Column(pgettext_lazy("rows", "Wrong"), "wrong", "numeric"),
        Column(_("Begun"), "created_at"),
    )
    search_fields = ("file_name",)


class ImportView(OwnerRequiredMixin, FormView[ImportForm]):
    """Takes a file; a small one is read at once."""

    form_class = ImportForm
    template_name = "mailing/import_form.html"

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"lists": self.request.GET.getlist("list")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"owner": self.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            title=_("Import recipients"),
            submit_label=_("Go on"),
            cancel_url=reverse("mailing:recipients"),
        )

    def form_valid(self, form: ImportForm) -> HttpResponse:
        """Keep the file and lead to what is to be done next."""
        work = form.save()
        if work is None:
            return self.form_invalid(form)
        work_soon(work, form.cleaned_data["file"].size)
        if work.status == Status.FAILED:
            form.add_error("file", work.error)
            acts.discard(work)
            return self.form_invalid(form)
        return redirect(work)


def work_soon(work: Import, size: int) -> None:
    """Work at an import at once when it is small, else in the background."""
    if size <= INSTANT:
        jobs.work_through(work)
    else:
        jobs.wake(work)


class OneImportMixin(OwnerRequiredMixin):
    """For pages about one import of the visitor."""

    kwargs: dict[str, Any]

    @cached_property
    def work(self) -> Import:
        mine = Import.objects.owned_by(self.user).select_related("owner")
        work: Import = get_object_or_404(mine, pk=self.kwargs["pk"])
        return work

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {"work": self.work}


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class ImportDetailView(OneImportMixin, TemplateView):
    """How far an import is and what came of it; asked by htmx, only how far it is."""

    template_name = "mailing/import_detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_watching:
            if not self.work.is_busy:
                return HttpResponseClientRefresh()
            return render(request, "mailing/import_progress.html", {"work": self.work})
        if self.work.status == Status.MAPPING:
            return redirect("mailing:import_columns", self.work.pk)
        return super().get(request, *args, **kwargs)

    @property
    def is_watching(self) -> bool:
        return bool(self.request.htmx)  # type: ignore[attr-defined]

    def handle_no_permission(self) -> Any:
        """Have the page read anew, which leads to the login, rather than put that into the page."""
        return HttpResponseClientRefresh() if self.is_watching else super().handle_no_permission()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.work.is_busy:
            return super().get_context_data(**kwargs)
        rows = list(self.work.rows.order_by("pk").filter(kind=ImportRow.Kind.WRONG)[:ROWS_SHOWN])
        kept = list(self.work.rows.order_by("pk").filter(kind=ImportRow.Kind.KEPT)[:ROWS_SHOWN])
        return super().get_context_data(
            **kwargs, wrong_rows=rows, kept_rows=kept, lists=self.work.lists.all()
        )


class ImportColumnsView(OneImportMixin, FormView[ColumnsForm]):
    """Asks what the columns are, and has the file checked."""

    form_class = ColumnsForm
    template_name = "mailing/import_columns.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        is_mine = request.user.is_authenticated and self.has_role(request.user)
        if is_mine and self.work.status not in {Status.MAPPING, Status.CHECKED}:
            return redirect(self.work)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"work": self.work}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "sheet" not in request.POST:
            return super().post(request, *args, **kwargs)
        sheet = request.POST["sheet"]
        if sheet in self.work.sheets and acts.choose_sheet(self.work, sheet):
            work_soon(self.work, self.work.length)
        return redirect(self.work)

    def form_valid(self, form: ColumnsForm) -> HttpResponse:
        if form.save():
            work_soon(self.work, self.work.length)
        return redirect(self.work)


class ImportRowsView(OneImportMixin, View):
    """Gives the rows that did not come in, or who was left alone by undoing, as CSV."""

    def get(self, request: HttpRequest, pk: int, kind: str) -> StreamingHttpResponse:
        if kind not in ImportRow.Kind.values:
            raise Http404
        name = get_valid_filename(f"{kind}-{self.work.pk}.csv")
        response = StreamingHttpResponse(csv_lines(self.work, kind), content_type="text/csv")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
