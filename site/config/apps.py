"""Wires what belongs to no single app."""

import structlog
from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from config import logs


class ConfigConfig(AppConfig):
    """The site as a whole."""

    name = "config"
    verbose_name = _("Site")

    def ready(self) -> None:
        from django_q.signals import pre_execute

        structlog.configure(**logs.structlog_settings())
        pre_execute.connect(logs.begin_task, dispatch_uid="begin_task")
        if settings.LOG_SQL:
            connection_created.connect(logs.record_sql, dispatch_uid="record_sql")
