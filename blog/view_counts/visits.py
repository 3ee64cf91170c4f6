"""Which requests are somebody reading an article, and who it is without knowing who."""

import hashlib
import hmac
import re
from datetime import UTC, datetime
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from blog.outage import Outage
from blog.view_counts import counters

#: Words in the names of programs that are no readers (CUBOT makes telephones).
BOTS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|archiver|facebookexternalhit|embedly|preview|scan|monitor|uptime"
    r"|pingdom|lighthouse|feed|fetch|curl|wget|python|httpx|aiohttp|go-http|java/|okhttp|libwww|perl"
    r"|ruby|php/|scrapy|axios|node|postman|apachebench|gptbot|bytespider|mediapartners|yandex\w*/3\.0",
    re.IGNORECASE,
)
PREFETCH_HEADERS = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")

outage = Outage("The place where views are written")


def count(request: HttpRequest, response: HttpResponseBase) -> None:
    """Count a view of the article that was served, if it is one; never fail."""
    article = getattr(request, "article_served", None)
    if article is None or outage.is_on or not is_visit(request, response):
        return
    try:
        counters.add(article, visitor_of(request))
        outage.end()
    except OSError as error:
        outage.begin(error)


def is_visit(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether a person who does not write the site was shown the page."""
    return (
        request.method == "GET"
        and response.status_code in (200, 304)
        and not is_prefetch(request)
        and not is_bot(request.headers.get("User-Agent", ""))
        and not _is_editor(request)
    )


def is_prefetch(request: HttpRequest) -> bool:
    """Whether a browser fetched the page before anybody asked for it."""
    purposes = [request.META[name] for name in PREFETCH_HEADERS if name in request.META]
    return any("prefetch" in purpose or purpose == "preview" for purpose in purposes)


@lru_cache(maxsize=4096)
def is_bot(user_agent: str) -> bool:
    """Whether a program calls itself one; browsers always give a name."""
    return not user_agent or bool(BOTS.search(user_agent))


def _is_editor(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated and user.has_perm("wagtailadmin.access_admin"))


def visitor_of(request: HttpRequest) -> str:
    """Return what tells visitors apart for a day and gives away neither address nor browser."""
    key = f"{settings.SECRET_KEY} views {datetime.now(UTC):%Y-%m-%d}".encode()
    visitor = f"{request.META.get('REMOTE_ADDR', '')}\n{request.headers.get('User-Agent', '')}"
    return hmac.new(key, visitor.encode(errors="replace"), hashlib.sha256).hexdigest()[:16]
