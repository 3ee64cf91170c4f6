"""What the blog answers under its own address, besides its articles."""

# mypy: disable-error-code="untyped-decorator"

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin, path

from blog import feeds
from blog.addresses import absolute
from blog.listing import Listing
from blog.tags import Tag


class BlogRoutes(RoutablePageMixin):
    """The index, what it is narrowed down to, and the feeds."""

    def shown(self, request: HttpRequest, listing: Listing) -> TemplateResponse:
        """Return the page with the articles that were asked for."""
        page_obj = listing.of(self)
        number = f"?page={page_obj.number}" if page_obj.number > 1 else ""
        context = {
            "listing": listing,
            "page_obj": page_obj,
            "tags": self.tags(),
            "years": self.years(),
            "canonical": absolute(f"{request.path}{number}"),
        }
        response: TemplateResponse = self.render(request, context_overrides=context)
        return response

    @path("")
    def index_route(self, request: HttpRequest) -> HttpResponse:
        """List everything, or what was searched for."""
        return self.shown(request, Listing.asked_for(request))

    @path("tag/<slug:slug>/", name="tag")
    def tag_route(self, request: HttpRequest, slug: str) -> HttpResponse:
        """List what is about a subject."""
        tags = Tag.objects.filter(tagged_articles__content_object__in=self.articles.order_by())
        tag = get_object_or_404(tags.distinct(), slug=slug)
        return self.shown(request, Listing.asked_for(request, tag=tag))

    @path("<int:year>/", name="year")
    def year_route(self, request: HttpRequest, year: int) -> HttpResponse:
        """List what was published in a year."""
        if year not in {first_day.year for first_day in self.years()}:
            raise Http404
        return self.shown(request, Listing.asked_for(request, year=year))

    @path("feed/", name="rss")
    def rss_route(self, request: HttpRequest) -> HttpResponse:
        """Answer with the newest articles as RSS."""
        return feeds.RSSFeed()(request, blog=self)

    @path("feed/atom/", name="atom")
    def atom_route(self, request: HttpRequest) -> HttpResponse:
        """Answer with the newest articles as Atom."""
        return feeds.AtomFeed()(request, blog=self)
