"""The list of all pages for search engines."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.utils.functional import cached_property
from wagtail.models import Page

from blog.addresses import page_address
from blog.articles import restricted


class PagesSitemap(Sitemap[Page]):
    """Every page that everybody may read, with its versions in other languages."""

    def items(self) -> list[Page]:
        return self.pages

    @cached_property
    def pages(self) -> list[Page]:
        """The pages from every home page down, in the order of the tree."""
        live = Page.objects.live().filter(depth__gt=1).exclude(restricted())
        return list(live.select_related("locale").order_by("path"))

    @cached_property
    def versions(self) -> dict[Any, list[dict[str, str]]]:
        """Where each page is in each language, by what its versions have in common."""
        versions = defaultdict(list)
        for page in self.pages:
            version = {"location": self.address(page), "lang_code": page.locale.language_code}
            versions[page.translation_key].append(version)
        return versions

    def address(self, page: Page) -> str:
        return page_address(page, self)

    def location(self, item: Page) -> str:
        return self.address(item).removeprefix(settings.SITE_URL)

    def lastmod(self, item: Page) -> datetime | None:
        moment: datetime | None = item.last_published_at
        return moment

    def get_protocol(self, protocol: str | None = None) -> str:
        return str(urlsplit(settings.SITE_URL).scheme)

    def get_domain(self, site: Any = None) -> str:
        return str(urlsplit(settings.SITE_URL).netloc)

    def get_urls(
        self, page: int | str = 1, site: Any = None, protocol: str | None = None
    ) -> list[dict[str, Any]]:
        """Return what the file says of each page, with the versions where there are several."""
        urls = super().get_urls(page, site, protocol)
        for url in urls:
            versions = self.versions[url["item"].translation_key]
            url["alternates"] = versions if len(versions) > 1 else []
        return urls
