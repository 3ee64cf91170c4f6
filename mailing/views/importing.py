"""Bringing in recipients from a CSV file."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from accounts.access import OwnerRequiredMixin
from mailing.forms.importing import ImportForm

WRONG_ROWS_SHOWN = 200


class ImportView(OwnerRequiredMixin, FormView[ImportForm]):
    """Takes a file and shows what came of it, with a reason for every row left out."""

    form_class = ImportForm
    template_name = "mailing/import_form.html"

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"lists": self.request.GET.getlist("list")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"owner": self.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            title=_("Import recipients"),
            submit_label=_("Import"),
            cancel_url=reverse("mailing:recipients"),
        )

    def form_valid(self, form: ImportForm) -> HttpResponse:
        """Show what came of it above a form that is ready for the next file."""
        result = form.run()
        if result is None:
            return self.form_invalid(form)
        context = self.get_context_data(
            form=self.next_form(form),
            result=result,
            checked_only=form.cleaned_data["dry_run"],
            wrong=result.wrong[:WRONG_ROWS_SHOWN],
            more_wrong=len(result.wrong[WRONG_ROWS_SHOWN:]),
        )
        return self.render_to_response(context)

    def next_form(self, form: ImportForm) -> ImportForm:
        """Return an empty form, or after a mere check the one that imports what was checked."""
        checked = form.cleaned_data
        initial = {"lists": checked["lists"], "new_list": checked["new_list"]}
        return ImportForm(owner=form.owner, initial=initial if checked["dry_run"] else None)
