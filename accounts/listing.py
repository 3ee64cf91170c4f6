"""List pages: search, sort and pages, the same everywhere (templates/components/list.html)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.views.generic import ListView

from accounts.keyset import MOST_COUNTED, MOST_FOUND, KeysetPage, Order, Pages


@dataclass(frozen=True)
class Column:
    """A column of a list page; `sort` names the field that its heading sorts by."""

    label: str | Promise
    sort: str = ""
    css: str = ""


def search_text(request: HttpRequest) -> str:
    """Return what is searched for."""
    return request.GET.get("q", "").replace("\0", "").strip()[:200]


class ListingView(ListView):  # type: ignore[type-arg]
    """A list page with `?q=` search, `?sort=` (a leading `-` turns it round) and pages.

    A page is asked for by `?after=` or `?before=`, the cursors of accounts.keyset.
    """

    template_name_suffix = "_list"
    paginate_by = 25
    columns: ClassVar[Sequence[Column]] = ()
    search_fields: ClassVar[Sequence[str]] = ()
    #: What to write into the search, where that is not any part of what is seen.
    search_hint: ClassVar[str | Promise] = ""
    default_sort: ClassVar[str] = "-created_at"

    def get_columns(self) -> Sequence[Column]:
        return self.columns

    def get_sort(self) -> str:
        """Return the wished order when a column offers it, else the default."""
        wished = self.request.GET.get("sort", "")
        offered = {column.sort for column in self.get_columns() if column.sort}
        return wished if wished.removeprefix("-") in offered else self.default_sort

    def get_search(self) -> str:
        return search_text(self.request)

    def search(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Keep rows in which one of `search_fields` contains `text`."""
        condition = Q()
        for field in self.search_fields:
            condition |= Q(**{f"{field}__icontains": text})
        return queryset.filter(condition)

    def get_queryset(self) -> QuerySet[Any]:
        queryset = super().get_queryset()
        if text := self.get_search():
            queryset = self.search(queryset, text)
        return queryset.order_by(*Order(queryset, self.get_sort()).columns())

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], page_size: int
    ) -> tuple[None, KeysetPage, list[Any], bool]:
        """Show the first page instead of an error for one that is not."""
        asked = self.request.GET
        most = MOST_FOUND if self.get_search() else MOST_COUNTED
        pages = Pages(queryset, self.get_sort(), page_size, most)
        page = pages.get(asked.get("after", ""), asked.get("before", ""))
        return None, page, page.object_list, page.has_other_pages()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            columns=self.get_columns(),
            sort=self.get_sort(),
            search=self.get_search(),
            searchable=bool(self.search_fields),
            search_hint=self.search_hint,
        )
