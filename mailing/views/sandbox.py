"""What others wrote is shown where it can do nothing."""

from django.http import HttpResponse

#: No script, form, frame or font; pictures over https only, as no mail program shows others.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src https: data:; style-src 'unsafe-inline'; sandbox"
)


def sandboxed(html: str) -> HttpResponse:
    """Answer with `html`, already sanitised, in an origin of its own and without any powers."""
    response = HttpResponse(html)
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
