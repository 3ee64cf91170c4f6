"""Which articles the blog lists, and in which order."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page as PageOfResults
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blog.articles import BlogPageQuerySet
from blog.tags import Tag
from blog.view_counts.models import most_read

if TYPE_CHECKING:
    from blog.models import BlogIndexPage

ON_A_PAGE = 9
TAGS_SHOWN = 20
#: A longer search than this is no search.
LONGEST_SEARCH = 100
WORDS = re.compile(r"\w+")

#: The orders that `?order=` chooses from: what each is called, and what puts articles into it.
ORDERS: dict[str, tuple[Promise, Callable[[Any], Any]]] = {
    "newest": (_("Newest first"), lambda articles: articles.order_by("-published_on", "-pk")),
    "oldest": (_("Oldest first"), lambda articles: articles.order_by("published_on", "pk")),
    "most-read": (_("Most read"), most_read),
}


@dataclass(frozen=True)
class Listing:
    """What a visitor asked the blog for."""

    search: str = ""
    order: str = "newest"
    page: str = "1"
    tag: Tag | None = None
    year: int | None = None

    @classmethod
    def asked_for(
        cls, request: HttpRequest, tag: Tag | None = None, year: int | None = None
    ) -> "Listing":
        """Return what the address asks for; what makes no sense is as if it were not there."""
        search = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
        order = request.GET.get("order", "")
        return cls(
            search=search,
            order=order if order in ORDERS else "newest",
            page=request.GET.get("page", "1"),
            tag=tag,
            year=year,
        )

    def of(self, blog: "BlogIndexPage") -> PageOfResults:  # type: ignore[type-arg]
        """Return one page of articles; for a number that is not, the nearest that is."""
        articles = self._ordered(self._narrowed(blog.articles))
        return Paginator(articles, ON_A_PAGE).get_page(self.page)

    def _narrowed(self, articles: BlogPageQuerySet) -> BlogPageQuerySet:
        if self.tag:
            articles = articles.about(self.tag.slug)
        if self.year:
            articles = articles.filter(published_on__year=self.year)
        return articles

    def _ordered(self, articles: BlogPageQuerySet) -> Any:
        """Put them in order; what is searched for comes by how well it fits."""
        if self.search:
            words = " ".join(WORDS.findall(self.search))
            # the index can narrow down by keys, not by what makes an article published
            found = articles.model.objects.filter(pk__in=articles.order_by().values("pk"))
            return found.with_cards().search(words, operator="and") if words else found.none()
        put_in_order = ORDERS[self.order][1]
        return put_in_order(articles.with_cards())

    @property
    def is_narrowed(self) -> bool:
        """Whether it lists less than the whole blog."""
        return bool(self.search or self.tag or self.year)

    def choices(self) -> list[tuple[str, Promise, bool]]:
        """Return the orders as value, label and whether it is the one in use."""
        return [(name, label, name == self.order) for name, (label, _by) in ORDERS.items()]
