"""The dashboard's pages about mailings."""

from django.urls import path

from mailing.views import (
    amends,
    attachments,
    attempts,
    beginnings,
    bulk,
    calendar,
    choosing,
    home,
    import_acts,
    importing,
    lists,
    mailings,
    messages,
    pictures,
    plan,
    planning,
    previews,
    progress,
    recipients,
    reports,
    segments,
    suppressions,
    trials,
    versions,
)

app_name = "mailing"
urlpatterns = [
    path("", home.home, name="home"),
    path("recipients/", recipients.RecipientListView.as_view(), name="recipients"),
    path("recipients/new/", recipients.RecipientCreateView.as_view(), name="recipient_create"),
    path("recipients/import/", importing.ImportView.as_view(), name="recipients_import"),
    path("recipients/bulk/", bulk.BulkView.as_view(), name="recipients_bulk"),
    path("recipients/changes/<int:pk>/", bulk.ChangeView.as_view(), name="recipients_change"),
    path("recipients/imports/", importing.ImportListView.as_view(), name="imports"),
    path(
        "recipients/imports/<int:pk>/",
        importing.ImportDetailView.as_view(),
        name="import_detail",
    ),
    path(
        "recipients/imports/<int:pk>/columns/",
        importing.ImportColumnsView.as_view(),
        name="import_columns",
    ),
    path(
        "recipients/imports/<int:pk>/start/",
        import_acts.ImportStartView.as_view(),
        name="import_start",
    ),
    path(
        "recipients/imports/<int:pk>/cancel/",
        import_acts.ImportCancelView.as_view(),
        name="import_cancel",
    ),
    path(
        "recipients/imports/<int:pk>/undo/",
        import_acts.ImportUndoView.as_view(),
        name="import_undo",
    ),
    path(
        "recipients/imports/<int:pk>/<slug:kind>.csv",
        importing.ImportRowsView.as_view(),
        name="import_rows",
    ),
    path("recipients/<int:pk>/", recipients.RecipientDetailView.as_view(), name="recipient_detail"),
    path(
        "recipients/<int:pk>/edit/", recipients.RecipientUpdateView.as_view(), name="recipient_edit"
    ),
    path(
        "recipients/<int:pk>/delete/",
        recipients.RecipientDeleteView.as_view(),
        name="recipient_delete",
    ),
    path(
        "recipients/<int:pk>/data/", recipients.RecipientDataView.as_view(), name="recipient_data"
    ),
    path("lists/", lists.ListListView.as_view(), name="lists"),
    path("lists/new/", lists.ListCreateView.as_view(), name="list_create"),
    path("lists/<int:pk>/", lists.ListDetailView.as_view(), name="list_detail"),
    path("lists/<int:pk>/bulk/", bulk.ListBulkView.as_view(), name="list_bulk"),
    path("lists/<int:pk>/size/", lists.ListSizeView.as_view(), name="list_size"),
    path("lists/<int:pk>/edit/", lists.ListUpdateView.as_view(), name="list_edit"),
    path("lists/<int:pk>/delete/", lists.ListDeleteView.as_view(), name="list_delete"),
    path(
        "lists/<int:pk>/remove/<int:recipient_pk>/",
        lists.ListRemoveView.as_view(),
        name="list_remove",
    ),
    path("segments/", segments.SegmentListView.as_view(), name="segments"),
    path("segments/new/", segments.SegmentCreateView.as_view(), name="segment_create"),
    path("segments/count/", segments.SegmentCountView.as_view(), name="segments_count"),
    path("segments/<int:pk>/", segments.SegmentDetailView.as_view(), name="segment_detail"),
    path("segments/<int:pk>/edit/", segments.SegmentUpdateView.as_view(), name="segment_edit"),
    path("segments/<int:pk>/delete/", segments.SegmentDeleteView.as_view(), name="segment_delete"),
    path(
        "segments/<int:pk>/matches/", segments.SegmentMatchesView.as_view(), name="segment_matches"
    ),
    path("messages/", messages.MessageListView.as_view(), name="messages"),
    path("messages/new/", messages.MessageCreateView.as_view(), name="message_create"),
    path("messages/<int:pk>/", messages.MessageDetailView.as_view(), name="message_detail"),
    path("messages/<int:pk>/edit/", messages.MessageUpdateView.as_view(), name="message_edit"),
    path("messages/<int:pk>/delete/", messages.MessageDeleteView.as_view(), name="message_delete"),
    path(
        "messages/<int:pk>/preview/", previews.MessagePreviewView.as_view(), name="message_preview"
    ),
    path("messages/begin/", beginnings.BeginView.as_view(), name="message_begin"),
    path("messages/layouts/<slug:slug>/", beginnings.LayoutView.as_view(), name="message_layout"),
    path("messages/articles/", beginnings.ArticleListView.as_view(), name="message_articles"),
    path(
        "messages/articles/<int:pk>/",
        beginnings.ArticleView.as_view(),
        name="message_from_article",
    ),
    path(
        "messages/articles/<int:pk>/preview/",
        beginnings.ArticlePreviewView.as_view(),
        name="message_article_preview",
    ),
    path("messages/draft/", previews.DraftView.as_view(), name="message_draft"),
    path(
        "messages/draft/<slug:slot>/",
        previews.DraftLetterView.as_view(),
        name="message_draft_letter",
    ),
    path(
        "messages/recipients/", previews.RecipientOptionsView.as_view(), name="message_recipients"
    ),
    path("messages/<int:pk>/test/", trials.TrialView.as_view(), name="message_test"),
    path("messages/tests/<int:pk>/", trials.TrialStateView.as_view(), name="trial_letter"),
    path("messages/<int:pk>/attachments/", attachments.AttachView.as_view(), name="message_attach"),
    path(
        "messages/<int:pk>/attachments/<int:attachment_pk>/",
        attachments.AttachmentView.as_view(),
        name="message_attachment",
    ),
    path(
        "messages/<int:pk>/attachments/<int:attachment_pk>/remove/",
        attachments.DetachView.as_view(),
        name="message_detach",
    ),
    path(
        "messages/<int:pk>/versions/", versions.VersionListView.as_view(), name="message_versions"
    ),
    path(
        "messages/<int:pk>/versions/<int:version_pk>/",
        versions.VersionView.as_view(),
        name="message_version",
    ),
    path(
        "messages/<int:pk>/versions/<int:version_pk>/preview/",
        versions.VersionPreviewView.as_view(),
        name="message_version_preview",
    ),
    path("pictures/", pictures.PictureListView.as_view(), name="pictures"),
    path("pictures/<int:pk>/delete/", pictures.PictureDeleteView.as_view(), name="picture_delete"),
    path("mailings/", mailings.MailingListView.as_view(), name="mailings"),
    path("mailings/new/", planning.MailingCreateView.as_view(), name="mailing_create"),
    path("mailings/<int:pk>/", mailings.MailingDetailView.as_view(), name="mailing_detail"),
    path("mailings/calendar/", calendar.CalendarView.as_view(), name="mailing_calendar"),
    path("mailings/find/", choosing.RecipientFindView.as_view(), name="mailing_find"),
    path("mailings/<int:pk>/edit/", planning.MessageStepView.as_view(), name="mailing_edit"),
    path(
        "mailings/<int:pk>/edit/recipients/",
        choosing.RecipientsStepView.as_view(),
        name="mailing_recipients",
    ),
    path("mailings/<int:pk>/edit/time/", planning.TimeStepView.as_view(), name="mailing_time"),
    path("mailings/<int:pk>/edit/review/", planning.ReviewView.as_view(), name="mailing_review"),
    path("mailings/<int:pk>/plan/", plan.PlanView.as_view(), name="mailing_plan"),
    path("mailings/<int:pk>/delete/", planning.MailingDeleteView.as_view(), name="mailing_delete"),
    path(
        "mailings/<int:pk>/<slug:action>/",
        mailings.MailingActionView.as_view(),
        name="mailing_action",
    ),
    path("attempts/<int:pk>/progress/", progress.ProgressView.as_view(), name="attempt_progress"),
    path(
        "attempts/<int:pk>/letters.csv",
        attempts.LettersExportView.as_view(),
        name="attempt_export",
    ),
    path("attempts/<int:pk>/why/", attempts.WhyView.as_view(), name="attempt_why"),
    path("attempts/<int:pk>/<slug:action>/", amends.AmendsView.as_view(), name="attempt_action"),
    path("attempts/<int:pk>/", attempts.AttemptDetailView.as_view(), name="attempt_detail"),
    path("reports/", reports.ReportView.as_view(), name="reports"),
    path(
        "reports/<slug:table>/",
        reports.ReportDownloadView.as_view(),
        name="report_download",
    ),
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
