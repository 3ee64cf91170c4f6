from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        """Forget kept pages when what they show changes, and draw articles for each view."""
        from wagtail import signals

        from accounts.signals import user_blocked, user_unblocked
        from blog import fragments, subscription_block
        from home import random_articles, subscription_lists, tasks
        from home.page_cache.signal_handlers import begin_generation, notice_delete, notice_save
        from mailing.subscribing import stamps

        post_migrate.connect(tasks.schedule_publishing, sender=self)
        fragments.register("random_articles", random_articles.three_cards)
        fragments.register("subscription_stamp", stamps.for_view)
        subscription_block.connect(subscription_lists.SiteLists())
        for signal in (user_blocked, user_unblocked):
            signal.connect(subscription_lists.notice_owner, dispatch_uid="subscription_lists")
        for signal in (post_save, post_delete):
            signal.connect(subscription_lists.notice, dispatch_uid="subscription_lists")
        post_save.connect(notice_save, dispatch_uid="page_cache")
        post_delete.connect(notice_delete, dispatch_uid="page_cache")
        for signal in (
            signals.page_published,
            signals.page_unpublished,
            signals.page_slug_changed,
            signals.post_page_move,
        ):
            signal.connect(begin_generation, dispatch_uid="page_cache")
