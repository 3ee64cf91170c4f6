"""The dashboard's pages about mailings."""

from typing import Any

from django.urls import URLPattern, path
from django.views import View

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

#: Where the pages of one kind of thing are, and how their names end.
PLACES = {
    "": "s",
    "new/": "_create",
    "<int:pk>/": "_detail",
    "<int:pk>/edit/": "_edit",
    "<int:pk>/delete/": "_delete",
}


def page(route: str, view: "type[View[Any]]", name: str) -> URLPattern:
    return path(route, view.as_view(), name=name)


def pages_of(noun: str, *views: "type[View[Any]]") -> list[URLPattern]:
    """Return where all things of a kind are, a new one, one of them, its form and its deletion."""
    return [
        page(f"{noun}s/{place}", view, f"{noun}{ending}")
        for (place, ending), view in zip(PLACES.items(), views, strict=True)
    ]


urlpatterns = [
    path("", home.home, name="home"),
    *pages_of(
        "recipient",
        recipients.RecipientListView,
        recipients.RecipientCreateView,
        recipients.RecipientDetailView,
        recipients.RecipientUpdateView,
        recipients.RecipientDeleteView,
    ),
    page("recipients/import/", importing.ImportView, "recipients_import"),
    page("recipients/bulk/", bulk.BulkView, "recipients_bulk"),
    page("recipients/changes/<int:pk>/", bulk.ChangeView, "recipients_change"),
    page("recipients/imports/", importing.ImportListView, "imports"),
    page("recipients/imports/<int:pk>/", importing.ImportDetailView, "import_detail"),
    page("recipients/imports/<int:pk>/columns/", importing.ImportColumnsView, "import_columns"),
    page("recipients/imports/<int:pk>/start/", import_acts.ImportStartView, "import_start"),
    page("recipients/imports/<int:pk>/cancel/", import_acts.ImportCancelView, "import_cancel"),
    page("recipients/imports/<int:pk>/undo/", import_acts.ImportUndoView, "import_undo"),
    page("recipients/imports/<int:pk>/<slug:kind>.csv", importing.ImportRowsView, "import_rows"),
    page("recipients/<int:pk>/data/", recipients.RecipientDataView, "recipient_data"),
    *pages_of(
        "list",
        lists.ListListView,
        lists.ListCreateView,
        lists.ListDetailView,
        lists.ListUpdateView,
        lists.ListDeleteView,
    ),
    page("lists/<int:pk>/bulk/", bulk.ListBulkView, "list_bulk"),
    page("lists/<int:pk>/size/", lists.ListSizeView, "list_size"),
    page("lists/<int:pk>/remove/<int:recipient_pk>/", lists.ListRemoveView, "list_remove"),
    *pages_of(
        "segment",
        segments.SegmentListView,
        segments.SegmentCreateView,
        segments.SegmentDetailView,
        segments.SegmentUpdateView,
        segments.SegmentDeleteView,
    ),
    page("segments/count/", segments.SegmentCountView, "segments_count"),
    page("segments/<int:pk>/matches/", segments.SegmentMatchesView, "segment_matches"),
    *pages_of(
        "message",
        messages.MessageListView,
        messages.MessageCreateView,
        messages.MessageDetailView,
        messages.MessageUpdateView,
        messages.MessageDeleteView,
    ),
    page("messages/<int:pk>/preview/", previews.MessagePreviewView, "message_preview"),
    page("messages/begin/", beginnings.BeginView, "message_begin"),
    page("messages/layouts/<slug:slug>/", beginnings.LayoutView, "message_layout"),
    page("messages/articles/", beginnings.ArticleListView, "message_articles"),
    page("messages/articles/<int:pk>/", beginnings.ArticleView, "message_from_article"),
    page(
        "messages/articles/<int:pk>/preview/",
        beginnings.ArticlePreviewView,
        "message_article_preview",
    ),
    page("messages/draft/", previews.DraftView, "message_draft"),
    page("messages/draft/<slug:slot>/", previews.DraftLetterView, "message_draft_letter"),
    page("messages/recipients/", previews.RecipientOptionsView, "message_recipients"),
    page("messages/<int:pk>/test/", trials.TrialView, "message_test"),
    page("messages/tests/<int:pk>/", trials.TrialStateView, "trial_letter"),
    page("messages/<int:pk>/attachments/", attachments.AttachView, "message_attach"),
    page(
        "messages/<int:pk>/attachments/<int:attachment_pk>/",
        attachments.AttachmentView,
        "message_attachment",
    ),
    page(
        "messages/<int:pk>/attachments/<int:attachment_pk>/remove/",
        attachments.DetachView,
        "message_detach",
    ),
    page("messages/<int:pk>/versions/", versions.VersionListView, "message_versions"),
    page("messages/<int:pk>/versions/<int:version_pk>/", versions.VersionView, "message_version"),
    page(
        "messages/<int:pk>/versions/<int:version_pk>/preview/",
        versions.VersionPreviewView,
        "message_version_preview",
    ),
    page("pictures/", pictures.PictureListView, "pictures"),
    page("pictures/<int:pk>/delete/", pictures.PictureDeleteView, "picture_delete"),
    *pages_of(
        "mailing",
        mailings.MailingListView,
        planning.MailingCreateView,
        mailings.MailingDetailView,
        planning.MessageStepView,
        planning.MailingDeleteView,
    ),
    page("mailings/calendar/", calendar.CalendarView, "mailing_calendar"),
    page("mailings/find/", choosing.RecipientFindView, "mailing_find"),
    page("mailings/<int:pk>/edit/recipients/", choosing.RecipientsStepView, "mailing_recipients"),
    page("mailings/<int:pk>/edit/time/", planning.TimeStepView, "mailing_time"),
    page("mailings/<int:pk>/edit/review/", planning.ReviewView, "mailing_review"),
    page("mailings/<int:pk>/plan/", plan.PlanView, "mailing_plan"),
    page("mailings/<int:pk>/<slug:action>/", mailings.MailingActionView, "mailing_action"),
    page("attempts/<int:pk>/progress/", progress.ProgressView, "attempt_progress"),
    page("attempts/<int:pk>/letters.csv", attempts.LettersExportView, "attempt_export"),
    page("attempts/<int:pk>/why/", attempts.WhyView, "attempt_why"),
    page("attempts/<int:pk>/<slug:action>/", amends.AmendsView, "attempt_action"),
    page("attempts/<int:pk>/", attempts.AttemptDetailView, "attempt_detail"),
    page("reports/", reports.ReportView, "reports"),
    page("reports/<slug:table>/", reports.ReportDownloadView, "report_download"),
    page("suppressions/", suppressions.SuppressionListView, "suppressions"),
    page("suppressions/new/", suppressions.SuppressionCreateView, "suppression_create"),
    page("suppressions/<int:pk>/delete/", suppressions.SuppressionDeleteView, "suppression_delete"),
]
