"""Pages to read caught letters. They are open to anybody, so they exist only with DEBUG."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from config.mail_catcher.store import Letter, Store

LETTERS_PER_PAGE = 25

#: A letter may look as it likes and load pictures; it runs nothing and its links open elsewhere.
LETTER_POLICY = (
    "default-src 'none'; img-src * data:; style-src * 'unsafe-inline'; font-src *; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def _store() -> Store:
    return Store(settings.CAUGHT_MAIL_DIR)


def _letter_or_404(name: str) -> Letter:
    letter = _store().get(name)
    if letter is None:
        raise Http404
    return letter


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """List the letters, newest first."""
    search = request.GET.get("q", "").strip()
    paginator = Paginator(_store().letters(search), LETTERS_PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    return render(request, "mail_catcher/letters.html", {"page_obj": page, "search": search})


@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """Show one letter."""
    found = _letter_or_404(name)
    context = {"letter": found, "html": found.text("html"), "text": found.text("plain")}
    return render(request, "mail_catcher/letter.html", context)


@require_safe
@xframe_options_sameorigin
def html(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with the HTML body, for the frame on the letter's page."""
    body = _letter_or_404(name).text("html")
    if body is None:
        raise Http404
    headers = {"Content-Security-Policy": LETTER_POLICY}
    return HttpResponse(f'<base target="_blank">{body}', headers=headers)


@require_safe
def source(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with the letter as it came."""
    text = _letter_or_404(name).source.decode(errors="replace")
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Answer with an attachment, counted from 1, to be saved."""
    attachments = _letter_or_404(name).attachments
    if not 1 <= number <= len(attachments):
        raise Http404
    file = attachments[number - 1]
    disposition = content_disposition_header(True, file.name) or "attachment"
    return HttpResponse(
        file.content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": disposition},
    )


@require_POST
def delete_all(request: HttpRequest) -> HttpResponse:
    """Delete every caught letter."""
    _store().clear()
    messages.success(request, _("All caught letters are deleted."))
    return redirect("mail_catcher:letters")
