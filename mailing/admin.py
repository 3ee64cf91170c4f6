"""The mailing module in Django's admin: to look things up, hardly to change them."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from mailing.forms.owned import UniqueForOwnerForm
from mailing.models import (
    Attempt,
    Consent,
    Delivery,
    DomainLimit,
    Mailing,
    Message,
    OwnerLimit,
    Recipient,
    RecipientList,
    Sender,
    SubscriptionForm,
    SubscriptionRequest,
    Suppression,
)

#: Addresses whose order is that of bytes have capitals of ASCII alone: others are sought as typed.
IN_ADDRESS = ("email__icontains", "email__contains")


class MadeElsewhereAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What is not made here, and of which there may be a great deal."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class OwnedAdmin(MadeElsewhereAdmin):
    """What owners make in the dashboard, where it gets its owner."""

    form = UniqueForOwnerForm
    list_select_related = ("owner",)
    search_fields: ClassVar[tuple[str, ...]] = ("name", "owner__email")
    readonly_fields = ("owner", "created_at", "updated_at")


class EvidenceAdmin(MadeElsewhereAdmin):
    """What people said themselves: nobody changes it, and it goes with them."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class LedgerAdmin(EvidenceAdmin):
    """What the engine writes: its promise rests on nobody else changing or deleting it."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Recipient)
class RecipientAdmin(OwnedAdmin):
    """Recipients; which lists they are on is the owner's to choose."""

    list_display = ("email", "full_name", "owner", "state", "created_at")
    list_filter = ("state",)
    search_fields = (*IN_ADDRESS, "full_name", "owner__email")
    exclude = ("lists",)


@admin.register(RecipientList)
class RecipientListAdmin(OwnedAdmin):
    list_display = ("name", "owner", "created_at")


@admin.register(SubscriptionForm)
class SubscriptionFormAdmin(MadeElsewhereAdmin):
    """Forms of lists, which administrators release for the pages of content managers."""

    list_display = ("public_name", "recipient_list", "owner", "is_open", "is_released")
    list_filter = ("is_open", "is_released")
    list_select_related = ("recipient_list__owner",)
    search_fields = ("public_name", "recipient_list__owner__email")
    readonly_fields = (
        *("recipient_list", "owner", "token", "is_open"),
        *("public_name", "wording", "thanks", "go_on_url"),
    )


@admin.register(Consent)
class ConsentAdmin(EvidenceAdmin):
    list_display = ("recipient", "list_name", "source", "given_at", "given_ip")
    list_select_related = ("recipient",)
    search_fields = tuple(f"recipient__{field}" for field in IN_ADDRESS)


@admin.register(SubscriptionRequest)
class SubscriptionRequestAdmin(EvidenceAdmin):
    list_display = ("email", "form", "asked_at", "lapses_at", "confirmed_at")
    list_select_related = ("form",)
    search_fields = ("email",)


@admin.register(Message)
class MessageAdmin(OwnedAdmin):
    list_display = ("name", "subject", "owner", "updated_at")
    search_fields = ("name", "subject", "owner__email")


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Suppressions; one without an owner holds for everybody."""

    list_display = ("email", "owner", "reason", "created_at")
    list_filter = ("reason",)
    list_select_related = ("owner",)
    search_fields = (*IN_ADDRESS, "owner__email")
    raw_id_fields = ("owner",)
    show_full_result_count = False


@admin.register(OwnerLimit)
class OwnerLimitAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Limits of owners for whom those of the settings do not fit."""

    list_display = ("owner", "per_minute", "per_hour")
    list_select_related = ("owner",)
    search_fields = ("owner__email",)
    raw_id_fields = ("owner",)


@admin.register(DomainLimit)
class DomainLimitAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Limits of domains for which those of the settings do not fit."""

    list_display = ("domain", "per_minute", "per_hour")
    search_fields = ("domain",)


@admin.register(Mailing)
class MailingAdmin(LedgerAdmin):
    """Mailings; their status changes only in the dashboard, by its table."""

    list_display = ("name", "owner", "status", "period", "next_run_at", "last_run_at")
    list_filter = ("status", "period")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__email")
    exclude = ("recipients",)


@admin.register(Attempt)
class AttemptAdmin(LedgerAdmin):
    list_display = ("mailing", "status", "trigger", "dry_run", "total", "sent", "started_at")
    list_filter = ("status", "trigger", "dry_run")
    list_select_related = ("mailing",)
    search_fields = ("mailing__name", "mailing__owner__email")


@admin.register(Delivery)
class DeliveryAdmin(LedgerAdmin):
    list_display = ("email", "attempt", "state", "reason", "smtp_code", "tries", "finished_at")
    list_filter = ("state", "reason")
    list_select_related = ("attempt__mailing",)
    search_fields = ("email", "message_id")


@admin.register(Sender)
class SenderAdmin(LedgerAdmin):
    list_display = ("host", "pid", "attempt", "started_at", "lease_until")
    list_select_related = ("attempt__mailing",)
