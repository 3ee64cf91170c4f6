"""The page on which a recipient chooses what to get."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mailing import links
from mailing.forms.subscription import PreferencesForm
from mailing.models import Recipient, Suppression
from mailing.subscribing.networks import valid_ip
from mailing.subscribing.preferences import choose
from mailing.views.letters import masked, unlisted


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show the open lists of an owner (GET); put on some of them, or leave all (POST)."""
    recipient_id = links.read_preferences(token)
    if recipient_id is None:
        raise Http404
    recipient = Recipient.objects.select_related("owner").filter(pk=recipient_id).first()
    if recipient is None:
        return render(request, "letters/unsubscribed.html")
    if request.method == "POST" and "leave" in request.POST:
        recipient.unsubscribe()
        return render(request, "letters/unsubscribed.html", {"email": masked(recipient.email)})
    if not recipient.owner.is_active:
        return render(request, "subscriptions/closed.html", status=410)
    return _choose(request, recipient)


def _choose(request: HttpRequest, recipient: Recipient) -> HttpResponse:
    form = PreferencesForm(request.POST or None, recipient=recipient)
    gets_letters = recipient.state == Recipient.State.ACTIVE and not (
        Suppression.objects.against(recipient.owner, recipient.email).exists()
    )
    if request.method == "POST" and gets_letters and form.is_valid():
        ip = valid_ip(request.META["REMOTE_ADDR"])
        choose(recipient, form.offered, form.cleaned_data["lists"], ip)
        return redirect(f"{request.path}?saved=1")
    context = {
        "form": form,
        "email": masked(recipient.email),
        "gets_letters": gets_letters,
        "is_saved": "saved" in request.GET,
    }
    return render(request, "subscriptions/preferences.html", context)
