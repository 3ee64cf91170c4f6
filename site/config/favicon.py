"""For pages whose author could not say where the icon is, such as Django's admin."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static


def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon."""
    return HttpResponseRedirect(static("img/favicon.svg"))
