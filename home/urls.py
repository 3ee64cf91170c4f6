"""What machines ask of the site as a whole."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path
from django.views.decorators.cache import cache_control
from django.views.generic import TemplateView

from home.sitemaps import PagesSitemap

robots = TemplateView.as_view(template_name="robots.txt", content_type="text/plain")
manifest = TemplateView.as_view(
    template_name="site.webmanifest", content_type="application/manifest+json"
)
a_day = cache_control(public=True, max_age=24 * 60 * 60)

urlpatterns = [
    path("robots.txt", a_day(robots), name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": PagesSitemap}}, name="sitemap"),
    path("site.webmanifest", a_day(manifest), name="manifest"),
]
