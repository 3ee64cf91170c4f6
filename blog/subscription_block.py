"""The block with which visitors subscribe to a list; the lists are known to another app."""

from collections.abc import Iterator
from typing import Any, Protocol

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

#: Stands for a list in the preview that editors see before they choose the block.
SAMPLE = 0


class Lists(Protocol):
    """Whoever knows the lists."""

    @property
    def model(self) -> type[Model]:
        """What Wagtail notes as used by a page."""

    def choices(self) -> list[tuple[int, str]]:
        """Return keys and names of the lists that editors may choose."""

    def context_of(self, key: int) -> dict[str, Any]:
        """Return what the form of a list is drawn with; nothing when visitors may not see it."""


_known: list[Lists] = []


def connect(lists: Lists) -> None:
    """Let the block ask `lists`."""
    _known[:] = [lists]


def choices() -> list[tuple[int, str]]:
    """Return the lists that editors may choose."""
    return [choice for lists in _known for choice in lists.choices()]


class ListChoiceBlock(blocks.ChoiceBlock):
    """A list by its key, which is looked up when the block is shown and not when it is read."""

    def get_field(self, **kwargs: Any) -> forms.ChoiceField:
        field: forms.ChoiceField = super().get_field(**kwargs)
        field.error_messages |= {
            "required": _("Choose a list. One that was chosen before may have been closed."),
            "invalid_choice": _("This list is not open for the site any more. Choose another one."),
        }
        return field

    def normalize_choice(self, value: Any) -> int | None:
        text = "" if value is None else str(value)
        return int(text) if text.isdecimal() else None

    def extract_references(self, value: int | None) -> Iterator[tuple[type[Model], str, str, str]]:
        """Let Wagtail know on which pages a list stands."""
        if value and _known:
            yield _known[0].model, str(value), "", ""


class SubscriptionBlock(blocks.StructBlock):
    """A form with which visitors subscribe to a list by its letters."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), max_length=500, required=False)
    list = ListChoiceBlock(
        label=_("List"),
        choices=choices,
        search_index=False,
        help_text=_("Lists that are open and that an administrator has released for the site."),
    )
    button = blocks.CharBlock(
        label=_("Button"),
        max_length=40,
        required=False,
        help_text=_("Leave empty for the standard one, in the visitor's language."),
    )

    class Meta:
        icon = "mail"
        label = _("Subscription form")
        template = "blog/blocks/subscription.html"
        description = _("An address is typed in, a letter asks to confirm it")
        preview_value = {
            "heading": "A letter on Fridays",
            "text": "New books and what we think of them, once a week.",
            "list": SAMPLE,
            "button": "",
        }

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        if value["list"] is not None and _known:
            context |= _known[0].context_of(value["list"])
        return context
