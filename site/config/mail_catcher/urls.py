from django.urls import path

from config.mail_catcher import views

app_name = "mail_catcher"
urlpatterns = [
    path("", views.letters, name="letters"),
    path("delete-all/", views.delete_all, name="delete_all"),
    path("<slug:name>/", views.letter, name="letter"),
    path("<slug:name>/html/", views.html, name="html"),
    path("<slug:name>/source/", views.source, name="source"),
    path("<slug:name>/attachments/<int:number>/", views.attachment, name="attachment"),
]
