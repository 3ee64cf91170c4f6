"""What is done to an import: started, stopped, undone."""

from abc import abstractmethod
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import DetailView

from mailing.importing import acts, jobs
from mailing.models import Import
from mailing.views.generic import AskingMixin
from mailing.views.importing import OneImportMixin

Status = Import.Status


class ImportStartView(OneImportMixin, View):
    """Has a checked file taken in."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.work.may_start and acts.start(self.work):
            jobs.wake(self.work)
        return redirect(self.work)


class ImportActView(AskingMixin, DetailView):  # type: ignore[type-arg]
    """Asks before it does something to an import that cannot be taken back."""

    object: Import
    queryset = Import.objects.select_related("owner")

    @abstractmethod
    def is_allowed(self) -> bool:
        """Whether this can be done to the import as it is now."""

    @abstractmethod
    def act(self) -> None:
        """Do it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        if not self.is_allowed():
            return redirect(self.object)
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.object = self.get_object()
        if self.is_allowed():
            self.act()
        still_there = Import.objects.filter(pk=pk).exists()
        return redirect(self.object if still_there else "mailing:imports")


class ImportCancelView(ImportActView):
    """Stops an import, or throws one away that has not begun."""

    question = _("Stop importing “%(name)s”?")
    submit_label = _("Stop the import")

    def is_allowed(self) -> bool:
        return self.object.may_cancel

    def get_consequences(self) -> list[str]:
        if self.object.status == Status.RUNNING:
            return [gettext("What has come in so far stays; you can undo it afterwards.")]
        return [gettext("The file is removed. Nothing has come in yet.")]

    def act(self) -> None:
        acts.cancel(self.object)
        messages.success(self.request, gettext("The import was stopped."))


class ImportUndoView(ImportActView):
    """Takes a whole import back."""

    question = _("Undo the import of “%(name)s”?")
    submit_label = _("Undo the import")

    def is_allowed(self) -> bool:
        return self.object.may_undo

    def get_consequences(self) -> list[str]:
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
        if acts.undo(self.object):
            jobs.wake(self.object)
