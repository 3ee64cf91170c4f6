"""Serves what people uploaded, so that none of it can run in a browser as part of the site."""

import posixpath

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve

#: Types that a browser may show in place; everything else is downloaded.
SHOWN = {"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"}

#: Wagtail serves documents itself, after asking who may have them.
GUARDED = "documents/"


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with an uploaded file."""
    if posixpath.normpath(path).lstrip("/").startswith(GUARDED):
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    if response.get("Content-Type") not in SHOWN:
        response["Content-Disposition"] = "attachment"
    return response
