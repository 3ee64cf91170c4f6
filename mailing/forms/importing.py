"""Bringing in recipients from a file."""

from collections.abc import Iterator

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailing.forms.owned import OwnedForm
from mailing.importing import ImportResult, UnreadableFile, import_recipients
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

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
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

    def run(self) -> ImportResult | None:
        """Import the file, or only check it; an unreadable one becomes an error of its field."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        try:
            return import_recipients(
                self.owner,
                file,
                file_name=file.name or "",
                lists=self._lists(),
                dry_run=self.cleaned_data["dry_run"],
            )
        except UnreadableFile as error:
            self.add_error("file", str(error))
            return None

    def _lists(self) -> Iterator[RecipientList]:
        """Yield the lists ticked and the new one, which is made only when it is asked for."""
        yield from self.cleaned_data["lists"]
        if name := self.cleaned_data["new_list"]:
            new, _made = RecipientList.objects.get_or_create(owner=self.owner, name=name)
            yield new
