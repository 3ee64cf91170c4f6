"""The public pages under /m/; their addresses stand in every letter, so they are short."""

from django.urls import path

from mailing.views import letters, preferences, subscriptions

app_name = "letters"
urlpatterns = [
    path("u/<slug:token>", letters.unsubscribe, name="unsubscribe"),
    path("t", letters.test, name="test"),
    path("v/<slug:token>", letters.view, name="view"),
    path("s/<slug:token>/", subscriptions.subscribe, name="subscribe"),
    path("c/<slug:token>/", subscriptions.confirm, name="confirm"),
    path("p/<slug:token>/", preferences.preferences, name="preferences"),
]
