"""What a visitor sees when something broke."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 with the request's id, by which it is found in the logs."""
    context = {"request_id": getattr(request, "id", "")}
    return HttpResponse(render_to_string("500.html", context), status=500)
