"""Every address of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from accounts.cms import editors_only
from config.favicon import favicon
from config.health import healthz, readyz
from config.media import media
from home.serving import serve

handler500 = "config.errors.server_error"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("favicon.ico", favicon),
    path("", include("accounts.entrance_urls")),
    path("admin/", admin.site.urls),
    path("cms/", include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, editors_only))),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("allauth.urls")),
    path("dashboard/", include("accounts.urls")),
    path("dashboard/", include("mailing.urls")),
    path("m/", include("mailing.public_urls")),
    path("media/<path:path>", media, name="media"),
    *([path("mail/", include("config.mail_catcher.urls"))] if settings.DEBUG else []),
    path("", include("home.urls")),
    *i18n_patterns(
        *wagtail_urls.urlpatterns[:-1],  # the last is its own way of serving pages
        re_path(wagtail_urls.serve_pattern, serve, name="wagtail_serve"),
        prefix_default_language=False,
    ),
]
