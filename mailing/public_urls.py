"""The public pages under /m/; their addresses stand in every letter, so they are short."""

from django.urls import path

from mailing.views import letters

app_name = "letters"
urlpatterns = [
    path("u/<slug:token>", letters.unsubscribe, name="unsubscribe"),
    path("v/<slug:token>", letters.view, name="view"),
]
