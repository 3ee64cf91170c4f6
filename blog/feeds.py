"""The newest articles for feed readers."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from blog.addresses import absolute, page_address

if TYPE_CHECKING:
    from blog.models import BlogIndexPage, BlogPage

ARTICLES = 20


class RSSFeed(Feed):  # type: ignore[type-arg]
    """The newest articles of a blog as RSS 2.0."""

    route = "rss"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> "BlogIndexPage":
        blog: BlogIndexPage = kwargs["blog"]
        return blog

    def title(self, blog: "BlogIndexPage") -> str:
        return f"{blog.title} · Mailshot"

    def link(self, blog: "BlogIndexPage") -> str:
        return page_address(blog)

    def feed_url(self, blog: "BlogIndexPage") -> str:
        return absolute(f"{blog.url}{blog.reverse_subpage(self.route)}")

    def description(self, blog: "BlogIndexPage") -> str:
        return blog.intro_shown

    subtitle = description

    def items(self, blog: "BlogIndexPage") -> "list[BlogPage]":
        articles = blog.articles.select_related("author", "locale").defer("body")
        return list(articles.prefetch_related("tagged_items__tag")[:ARTICLES])

    def item_title(self, item: "BlogPage") -> str:
        return str(item.title)

    def item_description(self, item: "BlogPage") -> str:
        return item.lead

    def item_link(self, item: "BlogPage") -> str:
        return page_address(item)

    def item_author_name(self, item: "BlogPage") -> str:
        return item.author_name

    def item_pubdate(self, item: "BlogPage") -> datetime:
        return timezone.make_aware(datetime.combine(item.published_on, time()))

    def item_updateddate(self, item: "BlogPage") -> datetime | None:
        updated: datetime | None = item.last_published_at
        return updated

    def item_categories(self, item: "BlogPage") -> list[str]:
        return [tagged.tag.name for tagged in item.tagged_items.all()]


class AtomFeed(RSSFeed):
    """The newest articles of a blog as Atom."""

    feed_type = Atom1Feed
    route = "atom"
