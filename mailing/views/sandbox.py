"""What others wrote is shown where it can do nothing."""

from django.conf import settings
from django.http import HttpResponse

from mailing.models.picture import DIRECTORY

#: No script, form, frame or font; pictures over https only, as no mail program shows others, and
#: those of our own wherever this site is.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src https: data: {own}; style-src 'unsafe-inline'; sandbox"
)


def sandboxed(html: str) -> HttpResponse:
    """Answer with `html`, already sanitised, in an origin of its own and without any powers."""
    response = HttpResponse(html)
    own = f"{settings.SITE_URL}{settings.MEDIA_URL}{DIRECTORY}"
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.format(own=own)
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
