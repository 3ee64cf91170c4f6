"""Addresses that stand before those of allauth and Wagtail: one login, one password reset."""

from django.urls import path, re_path

from accounts.cms import EditorAccountView
from accounts.views import entrance

urlpatterns = [
    path("accounts/confirm-email/<str:key>/", entrance.ConfirmAddressView.as_view()),
    path("accounts/inactive/", entrance.RefusedView.as_view()),
    path("cms/login/", entrance.lead_to_login),
    re_path(r"^cms/password_reset/(?P<rest>.*)$", entrance.lead_to_password_reset),
    path("cms/account/", EditorAccountView.as_view()),
    path("_util/login/", entrance.lead_to_login),
]
