"""Pages of accounts in the dashboard."""

from django.urls import path

from accounts.views import profile, users

app_name = "accounts"
urlpatterns = [
    path("users/", users.UserListView.as_view(), name="users"),
    path("users/<int:pk>/block/", users.BlockView.as_view(), name="user_block"),
    path("users/<int:pk>/unblock/", users.UnblockView.as_view(), name="user_unblock"),
    path("settings/", profile.ProfileView.as_view(), name="profile"),
    path("language/", profile.choose_language, name="language"),
]
