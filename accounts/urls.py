"""Pages of accounts in the dashboard."""

from django.urls import path

from accounts.views import audit, notices, profile, users

app_name = "accounts"
urlpatterns = [
    path("users/", users.UserListView.as_view(), name="users"),
    path("users/<int:pk>/", users.UserDetailView.as_view(), name="user_detail"),
    path("users/<int:pk>/block/", users.BlockView.as_view(), name="user_block"),
    path("users/<int:pk>/unblock/", users.UnblockView.as_view(), name="user_unblock"),
    path("audit/", audit.AuditListView.as_view(), name="audit"),
    path("audit/csv/", audit.AuditCsvView.as_view(), name="audit_csv"),
    path("notices/<int:pk>/dismiss/", notices.dismiss, name="notice_dismiss"),
    path("settings/", profile.ProfileView.as_view(), name="profile"),
    path("language/", profile.choose_language, name="language"),
]
