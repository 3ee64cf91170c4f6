"""The site as gunicorn serves it for measuring: with a bare view, and as a plain Wagtail project.

With BENCH_PLAIN=1 the middleware is that of `wagtail start`, and nothing is kept or counted.
"""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

#: About as long as a page.
TEXT = "All work and no play makes Jack a dull boy. " * 250

PLAIN = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]


def constant(request: HttpRequest) -> HttpResponse:
    """Answer with a constant string."""
    return HttpResponse(TEXT)


django.setup()
if os.environ.get("BENCH_PLAIN"):
    settings.MIDDLEWARE = PLAIN
    settings.PAGE_CACHE = False
settings.ROOT_URLCONF = "bench.web"
application = get_wsgi_application()

from config.urls import urlpatterns as pages  # noqa: E402

urlpatterns = [path("constant", constant), *pages]
