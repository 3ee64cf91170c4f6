"""List pages: search, sort and pages, the same everywhere (templates/components/list.html)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.views.generic import ListView


@dataclass(frozen=True)
class Column:
    """A column of a list page; `sort` names the field that its heading sorts by."""

    label: str | Promise
    sort: str = ""
    css: str = ""


class ListingView(ListView):  # type: ignore[type-arg]
    """A list page with `?q=` search, `?sort=` (a leading `-` turns it round) and `?page=`."""

    template_name_suffix = "_list"
    paginate_by = 25
    columns: ClassVar[Sequence[Column]] = ()
    search_fields: ClassVar[Sequence[str]] = ()
    default_sort: ClassVar[str] = "-created_at"

    def get_columns(self) -> Sequence[Column]:
        return self.columns

    def get_sort(self) -> str:
        """Return the wished order when a column offers it, else the default."""
        wished = self.request.GET.get("sort", "")
        offered = {column.sort for column in self.get_columns() if column.sort}
        return wished if wished.removeprefix("-") in offered else self.default_sort

    def get_search(self) -> str:
        return self.request.GET.get("q", "").replace("\0", "").strip()[:200]

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
        sort = self.get_sort()
        return queryset.order_by(sort, "-pk" if sort.startswith("-") else "pk")

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], page_size: int
    ) -> tuple[Paginator[Any], Page[Any], Any, bool]:
        """Show the nearest page there is instead of an error for a page that is not."""
        paginator = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get("page"))
        return paginator, page, page.object_list, page.has_other_pages()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            columns=self.get_columns(),
            sort=self.get_sort(),
            search=self.get_search(),
            searchable=bool(self.search_fields),
        )
