"""Pages as they are kept: without anything of the visitor for whom they were made."""

import hashlib
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from blog import fragments
from blog.fragments import Gap, Marks

#: What decides which page a visitor gets, beside address and parameters.
VARY = ("Cookie", "Accept-Language")


@dataclass(frozen=True)
class KeptPage:
    """A page cut at the parts that differ from view to view."""

    headers: tuple[tuple[str, str], ...]
    pieces: tuple[bytes | Gap, ...]
    article: int | None

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer to a request, short when the visitor has the page already."""
        content = fragments.fill(self.pieces, request)
        response = HttpResponse(content, headers=dict(self.headers))
        response["ETag"] = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
        response["Content-Length"] = str(len(content))
        if request.method == "HEAD":
            response.content = b""
        request.article_served = self.article  # type: ignore[attr-defined]
        return get_conditional_response(request, response["ETag"], None, response) or response


def page_to_keep(request: HttpRequest, response: HttpResponseBase, marks: Marks) -> KeptPage | None:
    """Return the page in an answer, None when it is not for everybody."""
    if not isinstance(response, HttpResponse) or not _is_for_everybody(request, response):
        return None
    patch_vary_headers(response, VARY)
    # browsers may keep it, but have to ask whether it is still the same
    response["Cache-Control"] = "no-cache"
    return KeptPage(
        headers=tuple(item for item in response.items() if item[0] != "Content-Length"),
        pieces=tuple(marks.cut(response.content)),
        article=getattr(request, "article_served", None),
    )


def _is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether nothing in an answer belongs to the visitor for whom it was made."""
    return (
        getattr(request, "page_served", False)
        and response.status_code == 200
        and not response.has_header("Cache-Control")  # private pages have one
        and not response.cookies
        and not request.session.modified
        and not hasattr(request, "_csp_nonce")
    )
