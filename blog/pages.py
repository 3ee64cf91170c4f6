"""What all our pages have in common."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property
from wagtail.coreutils import find_available_slug
from wagtail.images.models import AbstractImage
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

from blog.languages import surroundings
from blog.slugs import latin_slug


class SitePage(Page):
    """A page of the public site."""

    slug: str

    class Meta:
        abstract = True

    def _set_core_field_defaults(self) -> None:
        """Make the address from the title in Latin letters; Wagtail would leave Cyrillic out."""
        if not self.slug and self.path:
            slug = latin_slug(self.title) or str(self._meta.model_name)
            self.slug = find_available_slug(self.get_parent(), slug, ignore_page_id=self.pk)
        super()._set_core_field_defaults()

    @property
    def heading(self) -> str:
        """What stands at the top of the page."""
        return str(self.title)

    @property
    def summary(self) -> str:
        """What the page is about, in a sentence or two."""
        return ""

    @property
    def head_title(self) -> str:
        """What the browser and search engines show as title."""
        return self.seo_title or self.heading

    @property
    def description(self) -> str:
        """What search engines and social networks show below the title."""
        return self.search_description or self.summary

    @property
    def share_picture(self) -> AbstractImage | None:
        """The picture that social networks show."""
        return None

    def remember_way(self, request: HttpRequest) -> None:
        """Note for `trail` that the way to what is asked for leads through this page."""
        request.way = [*getattr(request, "way", []), self]  # type: ignore[attr-defined]

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find the page, and remember the way to it."""
        self.remember_way(request)
        return super().route(request, path_components)

    def get_view_restrictions(self) -> Any:
        """Return who may see the page; asks the database less often than Wagtail does.

        A page that was fetched with `is_restricted` knows already when it is for everybody.
        """
        if self.alias_of_id:
            return super().get_view_restrictions()
        if not getattr(self, "is_restricted", True):
            return PageViewRestriction.objects.none()
        starts = range(self.steplen, len(self.path) + 1, self.steplen)
        above = [self.path[:start] for start in starts]
        return PageViewRestriction.objects.filter(page__path__in=above)

    @cached_property
    def _ancestors(self) -> list[Page]:
        above = self.get_ancestors().filter(depth__gt=1).select_related("locale")
        return [*above, self]  # not "inclusive": in a preview it may not be saved yet

    def trail(self, request: HttpRequest) -> list[Page]:
        """Return the pages from the home page down to this one, both included."""
        way: list[Page] = getattr(request, "way", [])
        return way if way and way[-1].pk == self.pk else self._ancestors

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        trail = self.trail(request)
        return {**context, "trail": trail, "around": surroundings(self, trail, request)}
