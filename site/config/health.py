"""Addresses that tell a load balancer how the installation is."""

from django.http import HttpRequest, HttpResponse


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process is up."""
    return HttpResponse("ok\n", content_type="text/plain")
