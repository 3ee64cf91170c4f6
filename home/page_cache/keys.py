"""Which requests a page from the cache may answer, and which requests get the same one."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

#: Parameters that a page may depend on. All others (utm_source …) are hidden from a page that is
#: rendered for the cache, so that what one visitor came with is never shown to others.
PARAMETERS = ("order", "page", "tag", "year")
#: Parameters of which there are too many values to keep a page for each.
NEVER_KEPT = ("q",)
LONGEST_VALUE = 50
#: Cookies that make a visitor somebody.
PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, "messages")
#: Headers that ask for something else than the page that everybody gets.
PERSONAL_HEADERS = ("Authorization", "HX-Request", "Range")


def may_be_kept(request: HttpRequest) -> bool:
    """Whether a page that answers the request may answer others, too."""
    return (
        request.method in ("GET", "HEAD")
        and not getattr(request, "is_dummy", False)  # Wagtail's previews
        and not any(name in request.COOKIES for name in PERSONAL_COOKIES)
        and not any(name in request.headers for name in PERSONAL_HEADERS)
        and not any(request.GET.get(name) for name in NEVER_KEPT)
        and all(len(request.GET.get(name, "")) <= LONGEST_VALUE for name in PARAMETERS)
    )


def key_of(request: HttpRequest, generation: str) -> str:
    """Return the key of the page that answers the request."""
    host, path = f"{request.scheme}://{request.get_host()}", request.path_info
    return ":".join(
        ["page", generation, str(get_language()), f"{host}{path}?{known_parameters(request)}"]
    )


def known_parameters(request: HttpRequest) -> str:
    """Return the query with what pages may depend on, in one order."""
    query = request.GET
    return urlencode([(name, query[name]) for name in PARAMETERS if query.get(name)])


def hide_other_parameters(request: HttpRequest) -> None:
    """Leave nothing in the query that the key does not hold."""
    query = known_parameters(request)
    request.META["QUERY_STRING"] = query
    request.GET = QueryDict(query)
