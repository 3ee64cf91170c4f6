"""The pages that letters link to: nobody needs an account, a session or a cookie for them."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from mailing import links
from mailing.models import Attempt, Delivery, Recipient, SubscriptionForm
from mailing.sending import compose
from mailing.views.sandbox import sandboxed

Page = Callable[[HttpRequest, str], HttpResponse]


def unlisted(page: Page) -> Page:
    """Keep the page, whose address is a secret, out of caches, search engines and referrers."""

    @wraps(page)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        response = page(request, token)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


def masked(email: str) -> str:
    """Return enough of an address for its holder to know it, and too little for anybody else."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}•••@{domain}"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to unsubscribe (GET), and do it (POST, also from mail programs: RFC 8058)."""
    ids = links.read_unsubscribe(token)
    if ids is None:
        raise Http404
    recipient_id, delivery_id = ids
    recipient = Recipient.objects.filter(pk=recipient_id).first()
    if recipient is None:
        return render(request, "letters/unsubscribed.html")
    if request.method == "POST":
        recipient.unsubscribe()
        return render(request, "letters/unsubscribed.html", {"email": masked(recipient.email)})
    sender = Attempt.objects.filter(deliveries=delivery_id).values_list("sender_name", flat=True)
    return render(
        request,
        "letters/unsubscribe.html",
        {
            "email": masked(recipient.email),
            "sender": sender.first() or "",
            "preferences_url": _preferences_url(recipient),
        },
    )


def _preferences_url(recipient: Recipient) -> str:
    """Return where the recipient chooses among open lists, or nothing when there is none."""
    offered = SubscriptionForm.objects.accepting().of_owner(recipient.owner_id)
    return links.preferences_url(recipient.pk) if offered.exists() else ""


@require_safe
@unlisted
def view(request: HttpRequest, token: str) -> HttpResponse:
    """Show a letter in the browser as it was sent."""
    delivery_id = links.read_view(token)
    if delivery_id is None:
        raise Http404
    delivery = Delivery.objects.select_related("attempt__mailing").filter(pk=delivery_id).first()
    if delivery is None:
        return render(request, "letters/gone.html", status=410)
    return sandboxed(compose.web_page(delivery))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def test(request: HttpRequest) -> HttpResponse:
    """Say what the links of a test letter do in a real one; nothing happens here."""
    return render(request, "letters/test.html")
