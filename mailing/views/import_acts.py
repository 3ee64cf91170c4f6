"""What is done to an import: started, stopped, undone."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from mailing.importing import acts, jobs
from mailing.models import Import
from mailing.views.importing import OneImportMixin

Status = Import.Status


class ImportStartView(OneImportMixin, View):
    """Has a checked file taken in."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.work.may_start and acts.start(self.work):
            jobs.wake(self.work)
        return redirect(self.work)


class AskingView(OneImportMixin, TemplateView):
    """Asks before it does something to an import that cannot be taken back."""

    template_name = "mailing/delete.html"
    question: ClassVar[str | Promise]
    submit_label: ClassVar[str | Promise]

    def is_allowed(self) -> bool:
        """Whether this can be done to the import as it is now."""
        raise NotImplementedError

    def act(self) -> None:
        """Do it."""
        raise NotImplementedError

    def consequences(self) -> list[str]:
        return []

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_allowed():
            return redirect(self.work)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.is_allowed():
            self.act()
        still_there = Import.objects.filter(pk=pk).exists()
        return redirect(self.work if still_there else "mailing:imports")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            question=str(self.question) % {"name": self.work},
            consequences=self.consequences(),
            submit_label=self.submit_label,
            cancel_url=self.work.get_absolute_url(),
        )


class ImportCancelView(AskingView):
    """Stops an import, or throws one away that has not begun."""

    question = _("Stop importing “%(name)s”?")
    submit_label = _("Stop the import")

    def is_allowed(self) -> bool:
        return self.work.may_cancel

    def consequences(self) -> list[str]:
        if self.work.status == Status.RUNNING:
            return [gettext("What has come in so far stays; you can undo it afterwards.")]
        return [gettext("The file is removed. Nothing has come in yet.")]

    def act(self) -> None:
        acts.cancel(self.work)
        messages.success(self.request, gettext("The import was stopped."))


class ImportUndoView(AskingView):
    """Takes a whole import back."""

    question = _("Undo the import of “%(name)s”?")
    submit_label = _("Undo the import")

    def is_allowed(self) -> bool:
        return self.work.may_undo

    def consequences(self) -> list[str]:
        return [
            gettext(
                "Recipients that it added are deleted, unless they were written to or changed "
                "since."
            ),
            gettext("Values that it changed go back to what they were, unless changed since."),
            gettext("Recipients that it put on lists are taken off them."),
            gettext("Whoever has unsubscribed stays so."),
        ]

    def act(self) -> None:
        if acts.undo(self.work):
            jobs.wake(self.work)
