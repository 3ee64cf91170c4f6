from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        """Hear what happens to articles, and keep scheduled publishing scheduled."""
        from home import tasks

        post_migrate.connect(tasks.schedule_publishing, sender=self)
        self._watch_articles()

    def _watch_articles(self) -> None:
        from wagtail import signals
        from wagtail.images import get_image_model
        from wagtail.models import PageViewRestriction

        from blog.models import BlogPage
        from home.random_articles import forget

        for signal in (
            signals.page_published,
            signals.page_unpublished,
            signals.page_slug_changed,
            signals.post_page_move,
        ):
            signal.connect(forget, dispatch_uid="forget_random_articles")
        for model in (BlogPage, PageViewRestriction, get_image_model()):
            post_save.connect(forget, sender=model, dispatch_uid="forget_random_articles")
            post_delete.connect(forget, sender=model, dispatch_uid="forget_random_articles")
