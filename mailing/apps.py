from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate
from django.utils.translation import pgettext_lazy


class MailingConfig(AppConfig):
    name = "mailing"
    verbose_name = pgettext_lazy("app", "Mailing")

    def ready(self) -> None:
        """Hear of blocked users, and keep the tick scheduled."""
        from accounts.signals import user_blocked
        from mailing import signal_handlers
        from mailing.checks import check_limits, check_transport

        register(check_transport, deploy=True)
        register(check_limits)
        user_blocked.connect(signal_handlers.stop_mailings, dispatch_uid="stop_mailings")
        post_migrate.connect(signal_handlers.schedule_tick, sender=self)
