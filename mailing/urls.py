"""The dashboard's pages about mailings."""

from django.urls import path

from mailing.views import (
    amends,
    attempts,
    home,
    importing,
    lists,
    mailings,
    messages,
    planning,
    recipients,
    suppressions,
)

app_name = "mailing"
urlpatterns = [
    path("", home.home, name="home"),
    path("recipients/", recipients.RecipientListView.as_view(), name="recipients"),
    path("recipients/new/", recipients.RecipientCreateView.as_view(), name="recipient_create"),
    path("recipients/import/", importing.ImportView.as_view(), name="recipients_import"),
    path("recipients/<int:pk>/", recipients.RecipientDetailView.as_view(), name="recipient_detail"),
    path(
        "recipients/<int:pk>/edit/", recipients.RecipientUpdateView.as_view(), name="recipient_edit"
    ),
    path(
        "recipients/<int:pk>/delete/",
        recipients.RecipientDeleteView.as_view(),
        name="recipient_delete",
    ),
    path("lists/", lists.ListListView.as_view(), name="lists"),
    path("lists/new/", lists.ListCreateView.as_view(), name="list_create"),
    path("lists/<int:pk>/", lists.ListDetailView.as_view(), name="list_detail"),
    path("lists/<int:pk>/edit/", lists.ListUpdateView.as_view(), name="list_edit"),
    path("lists/<int:pk>/delete/", lists.ListDeleteView.as_view(), name="list_delete"),
    path(
        "lists/<int:pk>/remove/<int:recipient_pk>/",
        lists.ListRemoveView.as_view(),
        name="list_remove",
    ),
    path("messages/", messages.MessageListView.as_view(), name="messages"),
    path("messages/new/", messages.MessageCreateView.as_view(), name="message_create"),
    path("messages/<int:pk>/", messages.MessageDetailView.as_view(), name="message_detail"),
    path("messages/<int:pk>/edit/", messages.MessageUpdateView.as_view(), name="message_edit"),
    path("messages/<int:pk>/delete/", messages.MessageDeleteView.as_view(), name="message_delete"),
    path(
        "messages/<int:pk>/preview/", messages.MessagePreviewView.as_view(), name="message_preview"
    ),
    path("mailings/", mailings.MailingListView.as_view(), name="mailings"),
    path("mailings/new/", planning.MailingCreateView.as_view(), name="mailing_create"),
    path("mailings/<int:pk>/", mailings.MailingDetailView.as_view(), name="mailing_detail"),
    path("mailings/<int:pk>/edit/", planning.MailingUpdateView.as_view(), name="mailing_edit"),
    path("mailings/<int:pk>/delete/", planning.MailingDeleteView.as_view(), name="mailing_delete"),
    path(
        "mailings/<int:pk>/<slug:action>/",
        mailings.MailingActionView.as_view(),
        name="mailing_action",
    ),
    path("attempts/<int:pk>/<slug:action>/", amends.AmendsView.as_view(), name="attempt_action"),
    path("attempts/<int:pk>/", attempts.AttemptDetailView.as_view(), name="attempt_detail"),
    path("suppressions/", suppressions.SuppressionListView.as_view(), name="suppressions"),
    path(
        "suppressions/new/", suppressions.SuppressionCreateView.as_view(), name="suppression_create"
    ),
    path(
        "suppressions/<int:pk>/delete/",
        suppressions.SuppressionDeleteView.as_view(),
        name="suppression_delete",
    ),
]
