"""Bringing in recipients from a file: the file itself, and what its columns are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from mailing.attributes import KEY, MAX_KEY_LENGTH
from mailing.forms.owned import OwnedForm
from mailing.importing import acts
from mailing.importing.from_command import problem_with_keys
from mailing.importing.limits import UnreadableFile
from mailing.importing.roles import ATTRIBUTE, EMAIL, SINGLE, attribute, key_of
from mailing.models import Import, RecipientList

ROLES = [
    ("email", pgettext_lazy("column", "E-mail address")),
    ("full_name", pgettext_lazy("column", "Full name")),
    ("first_name", pgettext_lazy("column", "First name")),
    ("middle_name", pgettext_lazy("column", "Middle name")),
    ("last_name", pgettext_lazy("column", "Last name")),
    ("comment", pgettext_lazy("column", "Comment")),
    (ATTRIBUTE, pgettext_lazy("column", "Attribute named …")),
    ("ignore", pgettext_lazy("column", "Leave out")),
]


class ImportForm(OwnedForm):
    """A file, and the lists that its recipients go on."""

    file = forms.FileField(
        label=gettext_lazy("CSV file or spreadsheet (.xlsx)"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,text/csv"}),
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

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, owner=owner, **kwargs)
        self.fields["file"].help_text = _(
            "Best with headings in the first line. At most %(size)s MB and %(rows)s rows."
        ) % {
            "size": settings.IMPORT_MAX_MEGABYTES,
            "rows": number_format(settings.IMPORT_MAX_ROWS, force_grouping=True),
        }

    def clean_new_list(self) -> str:
        name: str = self.cleaned_data["new_list"]
        if name and RecipientList.objects.owned_by(self.owner).filter(name__iexact=name).exists():
            raise ValidationError(_("You have a list with this name already: tick it above."))
        return name

    def save(self) -> Import | None:
        """Keep the file; one that is too large becomes an error of its field."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        try:
            return acts.begin(
                self.owner,
                file,
                file_name=file.name or "",
                lists=self.cleaned_data["lists"],
                new_list=self.cleaned_data["new_list"],
            )
        except UnreadableFile as error:
            self.add_error("file", str(error))
            return None


@dataclass(frozen=True)
class ColumnFields:
    """What is shown of a column: its heading, some cells, and the fields to say what it is."""

    heading: str
    samples: list[str]
    role: forms.BoundField
    key: forms.BoundField


class ColumnsForm(forms.Form):
    """What each column of a file is."""

    has_header = forms.BooleanField(
        label=gettext_lazy("The first row holds headings, not a recipient"), required=False
    )

    def __init__(self, *args: Any, work: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.work = work
        self.fields["has_header"].initial = work.has_header
        for place, role in enumerate(work.roles):
            self._add_column(place, role)

    def _add_column(self, place: int, role: str) -> None:
        key = key_of(role)
        name = self._heading(place)
        self.fields[f"role_{place}"] = forms.ChoiceField(
            label=_("What is in the column “%(name)s”") % {"name": name},
            choices=ROLES,
            initial=ATTRIBUTE if key else role,
        )
        self.fields[f"key_{place}"] = forms.CharField(
            label=_("Name of the attribute made of “%(name)s”") % {"name": name},
            initial=key,
            required=False,
            max_length=MAX_KEY_LENGTH,
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        )

    def _heading(self, place: int) -> str:
        first = self.work.first_rows[0]
        heading = first[place].strip() if self.work.has_header and place < len(first) else ""
        return heading or _("column %(number)s") % {"number": place + 1}

    def columns(self) -> Iterator[ColumnFields]:
        """Yield what is shown of each column."""
        rows = self.work.first_rows[1 if self.work.has_header else 0 :]
        for place in range(len(self.work.roles)):
            cells = [row[place].strip() for row in rows if place < len(row)]
            yield ColumnFields(
                self._heading(place),
                [cell for cell in cells if cell][:3],
                self[f"role_{place}"],
                self[f"key_{place}"],
            )

    def each_field(self) -> list[tuple[forms.BoundField, Any]]:
        """Return the fields with what is wrong with them, for the summary of errors."""
        return [(field, field.errors) for field in self]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.roles = [self._role(place, cleaned) for place in range(len(self.work.roles))]
        if not self.errors:
            self._check_together()
        return cleaned

    def _role(self, place: int, cleaned: dict[str, Any]) -> str:
        role: str = cleaned.get(f"role_{place}", "")
        if role != ATTRIBUTE:
            return role
        key: str = cleaned.get(f"key_{place}", "")
        if not KEY.fullmatch(key):
            self.add_error(
                f"key_{place}",
                _("Use small Latin letters, digits and _, with a letter first, like “city”."),
            )
        return attribute(key)

    def _check_together(self) -> None:
        if EMAIL not in self.roles:
            self.add_error(None, _("Say which column holds the e-mail addresses."))
        for role in SINGLE:
            places = [place for place, each in enumerate(self.roles) if each == role]
            for place in places[1:]:
                self.add_error(
                    f"role_{place}",
                    _("“%(role)s” is chosen for another column, too.")
                    % {"role": dict(ROLES)[role]},
                )
        if problem := problem_with_keys(self.roles):
            self.add_error(None, problem)

    def save(self) -> bool:
        """Have the file checked with these columns; say whether it was still time for that."""
        return acts.check(self.work, self.roles, self.cleaned_data["has_header"])
