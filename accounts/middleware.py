"""What accounts do around every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.models.audit import client_address


def remember_address(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let the audit log know from where a request comes."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = client_address.set(str(request.META.get("REMOTE_ADDR", ""))[:64])
        try:
            return get_response(request)
        finally:
            client_address.reset(token)

    return middleware
