from django.db import migrations

from accounts import roles

#: Wagtail's own groups, which would edit every site; nothing of ours uses them.
PAGE_PERMISSIONS = {
    "Editors": ["add_page", "change_page"],
    "Moderators": ["add_page", "change_page", "lock_page", "publish_page", "unlock_page"],
}
COLLECTION_PERMISSIONS = [
    "add_document",
    "change_document",
    "choose_document",
    "add_image",
    "change_image",
    "choose_image",
]
WORKFLOW, OUR_WORKFLOW = "Moderators approval", "Approval by a content manager"


def rename_workflow(apps, old, new, group):
    apps.get_model("wagtailcore", "Workflow").objects.filter(name=old).update(name=new)
    for task in apps.get_model("wagtailcore", "GroupApprovalTask").objects.filter(name=old):
        task.groups.set(apps.get_model("auth", "Group").objects.filter(name=group))
        task.name = new
        task.save()


def remove_groups(apps, schema_editor):
    """Remove them unless somebody is in them already; content managers approve instead."""
    rename_workflow(apps, WORKFLOW, OUR_WORKFLOW, roles.CONTENT_MANAGERS)
    apps.get_model("auth", "Group").objects.filter(name__in=PAGE_PERMISSIONS, user=None).delete()


def restore_groups(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    for name, page_permissions in PAGE_PERMISSIONS.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        for permission in Permission.objects.filter(codename__in=page_permissions):
            group.page_permissions.get_or_create(page=root, permission=permission)
        for permission in Permission.objects.filter(codename__in=COLLECTION_PERMISSIONS):
            group.collection_permissions.get_or_create(collection=collection, permission=permission)
    rename_workflow(apps, OUR_WORKFLOW, WORKFLOW, "Moderators")


class Migration(migrations.Migration):
    dependencies = [("home", "0003_create_groups")]

    operations = [migrations.RunPython(remove_groups, restore_groups)]
