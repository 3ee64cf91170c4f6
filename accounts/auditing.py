"""Acts in the two admins, as the audit log is to have them."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model
from django.forms import BaseForm, Form
from django.http import HttpRequest
from django.utils.translation import gettext

from accounts.models import AuditEntry, User

Act = AuditEntry.Act
MAX_VALUE = 100
#: What administrators of Wagtail do to these concerns people; pages have a history of their own.
AUDITED_IN_THE_CMS = (User, Group)
SECRET = re.compile(r"password|secret|token")


def describe(form: BaseForm) -> str:
    """Return what was changed in a form and to what, but no password."""
    return "; ".join(
        f"{form[name].label if name in form.fields else name}: {_value(form, name)}"
        for name in form.changed_data
    )


def _value(form: BaseForm, name: str) -> str:
    return "•••" if SECRET.search(name) else _in_words(form.cleaned_data.get(name))


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value is None or value == "":
        return "—"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(str, value)) or "—"
    return str(value)[:MAX_VALUE]


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Writes into the audit log what is done in Django's admin.

    `AdministrationSite.register` puts it in front of every class, so that none is forgotten.
    """

    def construct_change_message(
        self, request: HttpRequest, form: Form, formsets: Any, add: bool = False
    ) -> Any:
        parts = [form, *(part for formset in formsets or () for part in formset.forms)]
        described = (describe(part) for part in parts if part.has_changed())
        request.audit_details = "; ".join(filter(None, described))  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._record(request, Act.ADD, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._record(request, Act.CHANGE, obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._record(request, Act.DELETE, obj)
        return super().log_deletions(request, queryset)

    def _record(self, request: HttpRequest, act: str, obj: Model) -> None:
        details = "" if act == Act.DELETE else getattr(request, "audit_details", "")
        AuditEntry.record(request.user, act, obj, details=details)  # type: ignore[arg-type]


class AuditedCreation:
    """Writes into the audit log what is made on a page of Wagtail's."""

    request: Any
    form: Any

    def save_instance(self) -> Any:
        made = super().save_instance()  # type: ignore[misc]
        AuditEntry.record(self.request.user, Act.ADD, made, details=describe(self.form))
        return made


class AuditedChange:
    """Writes into the audit log what is changed on a page of Wagtail's."""

    request: Any
    form: Any

    def save_instance(self) -> Any:
        changed = super().save_instance()  # type: ignore[misc]
        AuditEntry.record(self.request.user, Act.CHANGE, changed, details=describe(self.form))
        return changed


class AuditedDeletion:
    """Writes into the audit log what is deleted on a page of Wagtail's."""

    request: Any
    object: Any

    @transaction.atomic
    def delete_action(self) -> None:
        AuditEntry.record(self.request.user, Act.DELETE, self.object)
        super().delete_action()  # type: ignore[misc]


def record_bulk_action(
    request: HttpRequest, action_type: str, things: Iterable[Model], action: Any
) -> None:
    """Write down what is done to many users or groups at once (hook `before_bulk_action`)."""
    act = Act.DELETE if action_type == "delete" else Act.CHANGE
    for thing in things:
        if isinstance(thing, AUDITED_IN_THE_CMS):
            details = describe(action.cleaned_form)
            AuditEntry.record(request.user, act, thing, details=details)  # type: ignore[arg-type]
