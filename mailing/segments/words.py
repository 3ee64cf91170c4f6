"""Rules as sentences."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from mailing.models.recipient import Recipient
from mailing.quotes import quoted
from mailing.segments.kinds import Value
from mailing.segments.rules import Condition, Rules

#: Kinds whose tests are whole sentences.
SENTENCES = frozenset({"list", "mailing", "letters", "ever"})


def describe(rules: Rules, lists: Mapping[int, str], mailings: Mapping[int, str]) -> dict[str, Any]:
    """Return {"match": …, "parts": […]} with a sentence for each condition, and groups likewise."""
    names = {Value.LIST: lists, Value.MAILING: mailings}
    return {
        "match": rules.match,
        "parts": [
            describe(part, lists, mailings) if isinstance(part, Rules) else _sentence(part, names)
            for part in rules.parts
        ],
    }


def _sentence(condition: Condition, names: Mapping[Value, Mapping[int, str]]) -> str:
    subject = [] if condition.kind in SENTENCES else [str(condition.of.label), condition.key]
    words = [*subject, str(condition.of.tests[condition.test]), _value(condition, names)]
    return " ".join(filter(None, words))


def _value(condition: Condition, names: Mapping[Value, Mapping[int, str]]) -> str:
    sort = condition.of.value_for(condition.test)
    if sort in names:
        return (
            quoted(names[sort][condition.number])
            if condition.number in names[sort]
            else _("(deleted)")
        )
    if sort == Value.STATE:
        return str(Recipient.State(str(condition.value)).label)
    if sort == Value.TEXT:
        return quoted(condition.value)
    return "" if condition.value is None else str(condition.value)
