"""What each group may do, and the groups themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.apps import apps as current_apps
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions

from accounts import roles

#: Whose permissions GROUPS names; they have to exist before a group can have them.
APPS = (
    "accounts",
    "mailing",
    "simple_translation",
    "wagtailadmin",
    "wagtailcore",
    "wagtaildocs",
    "wagtailimages",
    "wagtailredirects",
)


@dataclass(frozen=True)
class Grants:
    """Permissions as `app.codename`: everywhere, on the home pages, on the root collection."""

    everywhere: tuple[str, ...] = ()
    on_home_pages: tuple[str, ...] = ()
    on_collections: tuple[str, ...] = ()


#: The only place that says what a group may do. Without `bulk_delete_page` content managers
#: delete articles one by one, and never the home page or the blog with all that is under them.
GROUPS: dict[str, Grants] = {
    roles.MANAGERS: Grants(
        everywhere=(
            "accounts.block_user",
            "accounts.view_user",
            "mailing.disable_mailing",
            "mailing.oversee_mailing",
            "mailing.view_attempt",
            "mailing.view_mailing",
        ),
    ),
    roles.CONTENT_MANAGERS: Grants(
        everywhere=(
            "simple_translation.submit_translation",
            "wagtailadmin.access_admin",
            "wagtailredirects.add_redirect",
            "wagtailredirects.change_redirect",
            "wagtailredirects.delete_redirect",
            "wagtailredirects.view_redirect",
        ),
        on_home_pages=(
            "wagtailcore.add_page",
            "wagtailcore.change_page",
            "wagtailcore.lock_page",
            "wagtailcore.publish_page",
            "wagtailcore.unlock_page",
        ),
        on_collections=(
            "wagtaildocs.add_document",
            "wagtaildocs.change_document",
            "wagtaildocs.choose_document",
            "wagtailimages.add_image",
            "wagtailimages.change_image",
            "wagtailimages.choose_image",
        ),
    ),
}


def ensure_groups(apps: Apps = current_apps) -> list[str]:
    """Create the groups and permissions that are missing; return what was added, in words.

    Nothing that an administrator added to a group is taken away. In a migration `apps` is the
    historical registry.
    """
    for label in APPS:
        create_permissions(current_apps.get_app_config(label), verbosity=0)
    added = []
    for name, grants in GROUPS.items():
        group, created = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        added += [f"{name}: the group"] if created else []
        added += [f"{name}: {what}" for what in _grant(apps, group, grants)]
    return added


def _grant(apps: Apps, group: Any, grants: Grants) -> Iterator[str]:
    """Give `group` what it lacks of `grants`, naming each."""
    for name in grants.everywhere:
        permission = _permission(apps, name)
        if not group.permissions.filter(pk=permission.pk).exists():
            group.permissions.add(permission)
            yield name
    for page, name in product(_home_pages(apps), grants.on_home_pages):
        if _grant_on(group.page_permissions, permission=_permission(apps, name), page_id=page.pk):
            yield f"{name} on “{page.title}” and below"
    for collection, name in product(_root_collections(apps), grants.on_collections):
        permission = _permission(apps, name)
        if _grant_on(group.collection_permissions, permission=permission, collection=collection):
            yield f"{name} in the collection “{collection.name}”"


def _grant_on(permissions: Any, **grant: Any) -> bool:
    return bool(permissions.get_or_create(**grant)[1])


def _permission(apps: Apps, name: str) -> Any:
    label, codename = name.split(".")
    return apps.get_model("auth", "Permission").objects.get(
        content_type__app_label=label, codename=codename
    )


def _home_pages(apps: Apps) -> Any:
    return apps.get_model("home", "HomePage").objects.only("title")


def _root_collections(apps: Apps) -> Any:
    return apps.get_model("wagtailcore", "Collection").objects.filter(depth=1)
