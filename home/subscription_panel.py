"""Tells content managers of subscription forms that visitors no longer see."""

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from wagtail.admin.ui.components import Component
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import page_permission_policy

from mailing.models import SubscriptionForm

ROWS = 20


def pages_without_their_form() -> Any:
    """Return the live pages with a form whose list is closed, withdrawn or deleted."""
    seen = SubscriptionForm.objects.for_site().accepting().values_list("pk", flat=True)
    hidden = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(SubscriptionForm),
        base_content_type=ContentType.objects.get_for_model(Page),
    ).exclude(to_object_id__in=[str(key) for key in seen])
    keys = {int(key) for key in hidden.values_list("object_id", flat=True)}
    return Page.objects.live().filter(pk__in=keys)


class HiddenFormsPanel(Component):
    """Pages with such forms that the editor may change; nothing when there are none."""

    name = "hidden-forms"
    order = 110
    template_name = "home/hidden_forms_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        editor = parent_context["request"].user
        pages = page_permission_policy.instances_user_has_permission_for(editor, "change")
        theirs = pages_without_their_form().filter(pk__in=pages.order_by().values("pk"))
        return {"pages": theirs.select_related("locale").order_by("title")[:ROWS]}


def add_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(HiddenFormsPanel())
