"""The pages on which people put themselves on lists; nobody needs an account or a cookie."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mailing import links
from mailing.forms.subscription import SubscribeForm
from mailing.models import SubscriptionForm, SubscriptionRequest
from mailing.subscribing import letters, stamps
from mailing.subscribing.networks import network_of, valid_ip
from mailing.views.letters import masked, unlisted

LANGUAGES = dict(settings.LANGUAGES)


def comes_from_this_site(request: HttpRequest) -> bool:
    """Whether a form was sent from a page of ours, as far as the browser says.

    A page kept for everybody holds no token of one visitor. Nothing here hangs on a cookie; this
    keeps other sites from having their visitors name addresses. Browsers send Sec-Fetch-Site
    (W3C Fetch Metadata) over TLS and to localhost, and Origin with every POST.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


def speak(request: HttpRequest, language: str) -> None:
    """Answer in a language, and let the page around the answer be in it, too."""
    if language in LANGUAGES:
        translation.activate(language)
        request.LANGUAGE_CODE = language


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form of a list (GET), and take an address from it (POST)."""
    row = get_object_or_404(
        SubscriptionForm.objects.select_related("recipient_list__owner"), token=token
    )
    speak(request, request.POST.get("language", ""))
    if not row.is_accepting:
        return _show(request, "closed", {}, status=410)
    if request.method != "POST":
        return _show_form(request, row, SubscribeForm(mark=row.mark), stamps.make(row.mark))
    if not comes_from_this_site(request):
        raise PermissionDenied
    form = SubscribeForm(request.POST, mark=row.mark, auto_id=f"id_{row.token}_%s")
    return _take_address(request, row, form)


def _take_address(request: HttpRequest, row: SubscriptionForm, form: SubscribeForm) -> HttpResponse:
    """Answer the same whether the address is known or not."""
    if not form.is_valid():
        return _show_form(request, row, form, stamps.make_ready(row.mark))
    ip = request.META["REMOTE_ADDR"]
    network = network_of(ip)
    if SubscriptionRequest.objects.is_busy(network):
        form.add_error(None, form.busy)
        return _show_form(request, row, form, stamps.make_ready(row.mark), status=429)
    email = form.cleaned_data["email"]
    if not form.is_filled_in_by_a_program:
        is_due = SubscriptionRequest.objects.ask(
            row,
            email,
            language=translation.get_language(),
            place=_place(request),
            wording=row.wording,
            asked_ip=valid_ip(ip),
            network=network,
        )
        if is_due:
            letters.queue()
    return _show(request, "asked", {"email": email, "form_row": row})


def _place(request: HttpRequest) -> str:
    """Return the path of our page on which the form stood, as the browser says."""
    place = urlsplit(request.headers.get("Referer", ""))
    return place.path[:150] if place.netloc == request.get_host() else ""


def _show_form(
    request: HttpRequest, row: SubscriptionForm, form: SubscribeForm, stamp: str, status: int = 200
) -> HttpResponse:
    context = {"form": form, "form_row": row, "stamp": stamp}
    return _show(request, "subscribe", context, status)


def _show(
    request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Show a page or, to the script that sent the form, what takes the form's place."""
    is_part = request.htmx  # type: ignore[attr-defined]
    template = f"subscriptions/_{name}.html" if is_part else f"subscriptions/{name}.html"
    return render(request, template, context, status=status)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to subscribe (GET), and do it (POST): programs that follow links do nothing."""
    request_id = links.read_confirm(token)
    if request_id is None:
        raise Http404
    wanted = SubscriptionRequest.objects.select_related("form__recipient_list__owner")
    row = wanted.exclude(pk__in=wanted.lapsed()).filter(pk=request_id).first()
    if row is None:
        return render(request, "subscriptions/lapsed.html", status=410)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        speak(request, row.language)
    if not row.form.is_accepting:
        return render(request, "subscriptions/closed.html", status=410)
    if request.method == "POST":
        row.confirm(valid_ip(request.META["REMOTE_ADDR"]))
        row.refresh_from_db()
    context = {"form_row": row.form, "email": masked(row.email), "wording": row.wording}
    if row.confirmed_at is None:
        return render(request, "subscriptions/confirm.html", context)
    name = "subscribed" if row.is_on_the_list() else "lapsed"
    return render(request, f"subscriptions/{name}.html", context)
