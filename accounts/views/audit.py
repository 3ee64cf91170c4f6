"""The audit log, for administrators."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import csv_files
from accounts.access import AuditorRequiredMixin
from accounts.forms.audit import AuditFilterForm
from accounts.listing import Column, ListingView
from accounts.models import AuditEntry

CHUNK = 2000


class AuditListView(AuditorRequiredMixin, ListingView):
    """What was done to the data of others, newest first."""

    model = AuditEntry
    template_name = "accounts/audit_list.html"
    search_fields = ("object_name", "reason", "details", "address")
    columns: ClassVar[list[Column]] = [
        Column(_("Time"), "created_at"),
        Column(_("Who did it")),
        Column(_("Act")),
        Column(_("To what")),
        Column(_("Whose data")),
        Column(_("Details")),
    ]

    def get_queryset(self) -> QuerySet[AuditEntry]:
        self.filters = AuditFilterForm(self.request.GET)
        return self.filters.keep(super().get_queryset())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs, filters=self.filters, query=self.request.GET.urlencode()
        )


class AuditCsvView(AuditListView):
    """The entries that the filters keep, as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        rows = _rows(self.get_queryset())
        return StreamingHttpResponse(
            csv_files.lines(rows),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
        )


def _rows(entries: QuerySet[AuditEntry]) -> Iterator[list[object]]:
    yield [
        *("time", "who", "address", "act", "kind", "number", "name", "owner", "reason"),
        "details",
    ]
    for entry in entries.iterator(chunk_size=CHUNK):
        yield [
            entry.created_at,
            entry.actor_name,
            entry.address,
            entry.act,
            entry.kind,
            entry.object_key,
            entry.object_name,
            entry.owner_name,
            entry.reason,
            entry.details,
        ]
