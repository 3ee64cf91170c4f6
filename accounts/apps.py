from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _
from wagtail.users import apps as cms_users_apps


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    default = True

    def ready(self) -> None:
        from accounts import journal  # noqa: F401
        from accounts.tasks import schedule_letters

        post_migrate.connect(schedule_letters, sender=self)


class AdministrationConfig(admin_apps.AdminConfig):
    """Django's admin behind the one login."""

    default = False
    default_site = "accounts.administration.AdministrationSite"


class CmsUsersConfig(cms_users_apps.WagtailUsersAppConfig):
    """Wagtail's pages about users, fit for ours."""

    default = False
    group_viewset = "accounts.cms.GroupViewSet"
    user_viewset = "accounts.cms.UserViewSet"
