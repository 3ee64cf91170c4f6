"""Letters as readers would see them, saved or while they are written."""

from secrets import token_urlsafe
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views import View

from accounts.access import OwnerRequiredMixin
from accounts.models import User
from mailing import letter_checks
from mailing.models import Message, Recipient
from mailing.models.message import MAX_BODY
from mailing.sending.sample import sample
from mailing.views.sandbox import sandboxed

#: Seconds for which a letter that is being written can be looked at.
DRAFT_SECONDS = 15 * 60
SUGGESTED = 8
LOOKED_THROUGH = 50
TEXTS = ("name", "subject", "preheader", "body_html", "body_text")


def suggestions(owner: User, text: str) -> list[Recipient]:
    """Return recipients whose address or name begins with `text`, by way of the indexes."""
    text = text.replace("\0", "").strip()[:150]
    if not text:
        return []
    own = Recipient.objects.owned_by(owner)
    address = text.lower()
    # who has the whole text before the @ comes before those who have more there
    beginnings = [address] if "@" in address else [f"{address}@", address]
    names = {text, text[:1].upper() + text[1:], text.title()}
    by_name = [
        own.filter(full_name__gte=name).order_by("full_name", "id")[:LOOKED_THROUGH]
        for name in sorted(names)
    ]
    found: dict[int, Recipient] = {}
    for begin in beginnings:
        rows = own.filter(email__gte=begin).order_by("email")[:LOOKED_THROUGH]
        found |= {row.pk: row for row in rows if row.email.startswith(begin)}
    for rows in by_name:
        found |= {row.pk: row for row in rows if row.full_name.lower().startswith(text.lower())}
    return list(found.values())[:SUGGESTED]


def find_reader(owner: User, text: str) -> Recipient | None:
    """Return the recipient whom `text` names best: by the whole address, else by a beginning."""
    own = Recipient.objects.owned_by(owner)
    address = text.replace("\0", "").strip().lower()
    exact = own.filter(email=address).first() if address else None
    return exact or next(iter(suggestions(owner, text)), None)


def chosen_reader(request: HttpRequest, owner: User) -> tuple[Recipient | None, str]:
    """Return for whom a letter is to be filled in, and whom the visitor asked for."""
    wanted = (request.POST if request.method == "POST" else request.GET).get("as", "")[:254]
    return find_reader(owner, wanted), wanted


class MessagePreviewView(OwnerRequiredMixin, View):
    """The letter alone, for the frame on the message's page."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        messages = Message.objects.owned_by(request.user).select_related("owner")
        message = get_object_or_404(messages, pk=pk)
        return sandboxed(sample(message, chosen_reader(request, self.user)[0]).html)


class RecipientOptionsView(OwnerRequiredMixin, View):
    """Recipients to choose from while somebody types."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = suggestions(self.user, request.GET.get("as", ""))
        options = ((row.email, row.full_name) for row in found)
        html = format_html_join("", '<option value="{}">{}</option>', options)
        return HttpResponse(html)


class DraftView(OwnerRequiredMixin, View):
    """A letter that is being written: nothing is saved but for a moment, to be looked at."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer htmx with all there is to say, and a plain form with the letter alone."""
        texts = {name: request.POST.get(name, "").replace("\0", "") for name in TEXTS}
        message = Message(owner=self.user, **texts)
        context: dict[str, Any] = {"findings": self.obstacles(message)}
        if not context["findings"]:
            reader, wanted = chosen_reader(request, self.user)
            letter = sample(message, reader)
            slot = request.POST.get("slot", "")
            context |= {"letter": letter, "reader": reader, "wanted": wanted, "slot": slot}
            context["findings"] = letter_checks.find(message)
            if not request.htmx:  # type: ignore[attr-defined]
                return sandboxed(letter.html)
            cache.set(draft_key(self.user, slot), letter.html, DRAFT_SECONDS)
        elif not request.htmx:  # type: ignore[attr-defined]
            said = ((finding.text,) for finding in context["findings"])
            return sandboxed(format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", said)))
        return render(request, "mailing/message_draft.html", context)

    def obstacles(self, message: Message) -> list[letter_checks.Finding]:
        """Return why the letter cannot be shown."""
        if len(message.body_html) > MAX_BODY or len(message.body_text) > MAX_BODY:
            text = _("The text is too long to be shown.")
            return [letter_checks.Finding("error", "too_long", text)]
        return letter_checks.unknown_fields(message)


class DraftLetterView(OwnerRequiredMixin, View):
    """The letter alone that was shown last in one of the visitor's own forms."""

    def get(self, request: HttpRequest, slot: str) -> HttpResponse:
        html = cache.get(draft_key(self.user, slot))
        if html is None:
            raise Http404
        response = sandboxed(html)
        response["Cache-Control"] = "no-store"
        return response


def draft_key(user: User, slot: str) -> str:
    """Return where the letter of one open form of one user is kept."""
    if not 8 <= len(slot) <= 64 or not slot.replace("-", "").replace("_", "").isalnum():
        raise Http404
    return f"mailing.draft.{user.pk}.{slot}"


def new_slot() -> str:
    return token_urlsafe(12)
