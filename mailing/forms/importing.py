"""Bringing in recipients from a file."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailing.forms.owned import OwnedForm
from mailing.models import RecipientList

MAX_MEGABYTES = 5


class ImportForm(OwnedForm):
    """A CSV file, and the lists that its recipients go on."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "The first line names the columns: email, full_name, comment; any other column "
            "becomes an attribute. At most 5 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    lists = forms.ModelMultipleChoiceField(
        RecipientList.objects.all(),
        label=gettext_lazy("Put them on these lists"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    new_list = forms.CharField(
        label=gettext_lazy("And on a new list named"), required=False, max_length=150
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Only check the file"),
        required=False,
        help_text=gettext_lazy("Shows what would come in and changes nothing."),
    )

    def clean_file(self) -> File[bytes]:
        file: File[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_MEGABYTES * 1024 * 1024:
            raise ValidationError(
                _("The file is larger than %(limit)s MB. Split it into several."),
                params={"limit": MAX_MEGABYTES},
            )
        return file

    def clean_new_list(self) -> str:
        name: str = self.cleaned_data["new_list"]
        if name and RecipientList.objects.owned_by(self.owner).filter(name__iexact=name).exists():
            raise ValidationError(_("You have a list with this name already: tick it above."))
        return name

    def chosen_lists(self) -> list[RecipientList]:
        """Return the lists ticked and, unless nothing is to be changed, the new one, now made."""
        lists = list(self.cleaned_data["lists"])
        name = self.cleaned_data["new_list"]
        if name and not self.cleaned_data["dry_run"]:
            lists.append(RecipientList.objects.create(owner=self.owner, name=name))
        return lists
