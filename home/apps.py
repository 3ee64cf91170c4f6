from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        """Forget kept pages when what they show changes, and draw articles for each view."""
        from wagtail import signals

        from blog import fragments
        from home import random_articles, tasks
        from home.page_cache.signal_handlers import begin_generation, notice_delete, notice_save

        post_migrate.connect(tasks.schedule_publishing, sender=self)
        fragments.register("random_articles", random_articles.three_cards)
        post_save.connect(notice_save, dispatch_uid="page_cache")
        post_delete.connect(notice_delete, dispatch_uid="page_cache")
        for signal in (
            signals.page_published,
            signals.page_unpublished,
            signals.page_slug_changed,
            signals.post_page_move,
        ):
            signal.connect(begin_generation, dispatch_uid="page_cache")
