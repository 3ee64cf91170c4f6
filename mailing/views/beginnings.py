"""What a message can begin with: a layout, or an article of the blog."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import DetailView, TemplateView

from accounts.access import OwnerRequiredMixin
from accounts.listing import Column, ListingView
from blog.models import BlogPage
from mailing.articles import body_of, message_from
from mailing.layouts import BY_SLUG, LAYOUTS
from mailing.models import Message
from mailing.sending.sample import sample
from mailing.views.generic import say
from mailing.views.sandbox import sandboxed


class BeginView(OwnerRequiredMixin, TemplateView):
    """The layouts to choose from, as pictures of themselves."""

    template_name = "mailing/message_begin.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, layouts=LAYOUTS)


class LayoutView(OwnerRequiredMixin, View):
    """A layout as a letter, for its frame."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        if slug not in BY_SLUG:
            raise Http404
        return sandboxed(sample(Message(owner=self.user, **BY_SLUG[slug].texts())).html)


class ArticleListView(OwnerRequiredMixin, ListingView):
    """Published articles of which a message can be made, in all languages."""

    model = BlogPage
    template_name = "mailing/message_articles.html"
    columns = (
        Column(_("Article"), "title"),
        Column(_("Language")),
        Column(_("Published"), "published_on"),
        Column(_("Actions"), css="table__actions"),
    )
    search_fields = ("title", "lead")
    default_sort = "-published_on"

    def get_queryset(self) -> Any:
        published = BlogPage.objects.published()
        if text := self.get_search():
            published = self.search(published, text)
        sort = self.get_sort()
        ordered = published.order_by(sort, "-pk" if sort.startswith("-") else "pk")
        return ordered.select_related("locale").defer("body")


class ArticleView(OwnerRequiredMixin, DetailView):  # type: ignore[type-arg]
    """An article as a message (GET), and the message made of it (POST).

    Others may link to it: nothing is made before the visitor says so.
    """

    template_name = "mailing/message_from_article.html"
    context_object_name = "article"

    def get_queryset(self) -> Any:
        return BlogPage.objects.published().select_related("locale", "picture")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = get_object_or_404(self.get_queryset(), pk=pk)
        try:
            message = message_from(article, self.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("mailing:message_from_article", pk)
        say(request, _("The message “%(name)s” was made. Look it over and change it."), message)
        return redirect("mailing:message_edit", message.pk)


class ArticlePreviewView(OwnerRequiredMixin, View):
    """The letter that would be made of an article, without its picture."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        articles = BlogPage.objects.published().select_related("locale")
        article = get_object_or_404(articles, pk=pk)
        message = Message(owner=self.user, subject=article.title, body_html=body_of(article, None))
        return sandboxed(sample(message).html)
