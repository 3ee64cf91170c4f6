from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate, pre_delete
from django.utils.translation import pgettext_lazy


class MailingConfig(AppConfig):
    name = "mailing"
    verbose_name = pgettext_lazy("app", "Mailing")

    def ready(self) -> None:
        """Hear of blocked users and deletions, tell managers about users, keep tasks scheduled."""
        from accounts.overview import FIGURES, PANELS
        from accounts.signals import user_blocked
        from mailing import overview, signal_handlers
        from mailing.checks import check_transport

        register(check_transport, deploy=True)
        FIGURES.extend(overview.FIGURES)
        PANELS.append(overview.PANEL)
        user_blocked.connect(signal_handlers.stop_mailings, dispatch_uid="stop_mailings")
        post_migrate.connect(signal_handlers.schedule_tick, sender=self)
        post_migrate.connect(signal_handlers.schedule_counting, sender=self)
        pre_delete.connect(signal_handlers.settle_figures, sender="mailing.Mailing")
