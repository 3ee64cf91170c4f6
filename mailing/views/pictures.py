"""The owner's pictures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.vary import vary_on_headers

from accounts.listing import ListingView
from mailing.forms.message import PictureForm
from mailing.models import Picture
from mailing.views.generic import OwnedDeleteView, OwnedMixin, say


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class PictureListView(OwnedMixin, ListingView):
    """All pictures of the owner, to choose from (asked by htmx), and a form for another one."""

    model = Picture
    template_name = "mailing/picture_list.html"
    paginate_by = 24
    search_fields = ("alt",)
    default_sort = "-id"

    def get_queryset(self) -> Any:
        return super().get_queryset().in_library()

    def get_template_names(self) -> list[str]:
        chooses = self.request.htmx  # type: ignore[attr-defined]
        return ["mailing/picture_choice.html" if chooses else "mailing/picture_list.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"form": PictureForm(owner=self.user), **kwargs})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PictureForm(request.POST, request.FILES, owner=self.user)
        picture = form.save() if form.is_valid() else None
        chooses = request.htmx  # type: ignore[attr-defined]
        if picture and not chooses:
            say(request, _("The picture “%(name)s” was added."), picture)
            return redirect("mailing:pictures")
        self.object_list = self.get_queryset()
        shown = {} if picture else {"form": form}
        context = self.get_context_data(**shown)
        return render(request, self.get_template_names()[0], context)


class PictureDeleteView(OwnedDeleteView):
    """Takes a picture out of the library."""

    model = Picture
    question = _("Delete the picture “%(name)s”?")
    notice = _("The picture “%(name)s” was deleted.")
    list_url = "mailing:pictures"
    object: Picture

    def get_queryset(self) -> Any:
        return super().get_queryset().in_library()

    def get_consequences(self) -> list[str]:
        return [self.object.consequence]

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def form_valid(self, form: Any) -> HttpResponse:
        self.object.remove()
        say(self.request, self.notice, self.object)
        return redirect(self.list_url)
