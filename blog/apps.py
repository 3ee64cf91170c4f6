from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class BlogConfig(AppConfig):
    name = "blog"
    verbose_name = _("Blog")

    def ready(self) -> None:
        """Show views on articles, and keep the task scheduled that writes them down."""
        from blog import fragments
        from blog.view_counts import shown, signal_handlers

        fragments.register("views", shown.views_in_words)
        post_migrate.connect(signal_handlers.schedule_writing, sender=self)
