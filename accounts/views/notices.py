"""Notices that stay until their reader dismisses them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import Notice


@login_required
@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the notice no more, and go back to the page that it stood on."""
    get_object_or_404(Notice, pk=pk, user=request.user.pk).dismiss()
    page = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    )
    return redirect(page if is_ours else "mailing:home")
