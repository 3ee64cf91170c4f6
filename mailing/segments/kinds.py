"""What a condition can ask about a recipient, how, and against which sort of value."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Value(StrEnum):
    """The sorts of value that a condition compares with."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DAYS = "days"
    LIST = "list"
    MAILING = "mailing"
    STATE = "state"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Kind:
    """A thing that conditions ask about; `has_key` when it is one attribute of several."""

    label: str | Promise
    value: Value
    tests: dict[str, str | Promise]
    has_key: bool = False

    def value_for(self, test: str) -> Value:
        return Value.NOTHING if test in WITHOUT_VALUE else self.value


#: Tests that compare with nothing.
WITHOUT_VALUE = frozenset({"is_set", "is_not_set", "never_got", "ever_got", "ever_failed"})

TEXT_TESTS: dict[str, str | Promise] = {
    "is": pgettext_lazy("condition", "is"),
    "is_not": pgettext_lazy("condition", "is not"),
    "contains": _("contains"),
    "not_contains": _("does not contain"),
    "starts_with": _("begins with"),
    "ends_with": _("ends with"),
    "is_set": _("is there"),
    "is_not_set": _("is not there"),
}
NUMBER_TESTS: dict[str, str | Promise] = {
    "greater": _("is greater than"),
    "less": _("is less than"),
}
DATE_TESTS: dict[str, str | Promise] = {
    "before": _("is before"),
    "after": _("is after"),
}
DAYS_TESTS: dict[str, str | Promise] = {
    "within": _("within the last days:"),
    "not_within": _("longer ago than days:"),
}

KINDS: dict[str, Kind] = {
    "attribute": Kind(_("attribute"), Value.TEXT, TEXT_TESTS, has_key=True),
    "attribute_number": Kind(_("attribute, a number"), Value.NUMBER, NUMBER_TESTS, has_key=True),
    "attribute_date": Kind(_("attribute, a date"), Value.DATE, DATE_TESTS, has_key=True),
    "email": Kind(_("address"), Value.TEXT, TEXT_TESTS),
    "name": Kind(pgettext_lazy("person", "name"), Value.TEXT, TEXT_TESTS),
    "list": Kind(
        _("list"), Value.LIST, {"on": _("is on the list"), "not_on": _("is not on the list")}
    ),
    "state": Kind(
        _("state"),
        Value.STATE,
        {"is": pgettext_lazy("condition", "is"), "is_not": pgettext_lazy("condition", "is not")},
    ),
    "added": Kind(_("date added"), Value.DATE, DATE_TESTS),
    "added_days": Kind(_("added so long ago"), Value.DAYS, DAYS_TESTS),
    "changed": Kind(_("date changed"), Value.DATE, DATE_TESTS),
    "changed_days": Kind(_("changed so long ago"), Value.DAYS, DAYS_TESTS),
    "consent": Kind(_("source of the consent"), Value.TEXT, TEXT_TESTS),
    "mailing": Kind(
        _("a mailing"),
        Value.MAILING,
        {
            "got": _("got a letter of"),
            "not_got": _("got no letter of"),
            "failed": _("could not get the letter of"),
        },
    ),
    "letters": Kind(
        _("letters in recent days"),
        Value.DAYS,
        {
            "got": _("got a letter in the last days:"),
            "not_got": _("got no letter in the last days:"),
            "failed": _("a letter failed in the last days:"),
        },
    ),
    "ever": Kind(
        _("letters ever"),
        Value.NOTHING,
        {
            "never_got": _("never got a letter"),
            "ever_got": _("has got a letter"),
            "ever_failed": _("a letter has failed"),
        },
    ),
}
