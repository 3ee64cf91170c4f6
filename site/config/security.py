"""What browsers may load and run on which pages (Content-Security-Policy)."""

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: Our own pages: nothing from elsewhere, nothing inline.
OWN_PAGES: dict[str, Any] = {
    "default-src": [SELF],
    "img-src": [SELF, "data:"],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}

#: Wagtail's admin brings inline scripts and styles of its own.
EDITORS: dict[str, Any] = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
}

#: Beginnings of addresses with a looser policy.
LOOSER = {"/cms/": EDITORS}


class PolicyMiddleware(CSPMiddleware):
    """Sends the policy of the page's part of the site."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        for beginning, directives in LOOSER.items():
            if request.path_info.startswith(beginning):
                parts.replace = {**directives, **(parts.replace or {})}
        return parts
