from django.db import migrations
from django.utils import timezone


def content_type(apps, label, model):
    ContentType = apps.get_model("contenttypes", "ContentType")
    return ContentType.objects.get_or_create(app_label=label, model=model)[0]


def turn_welcome_page_into_home_page(apps, schema_editor):
    """Give Wagtail's first page our type in place: its site, path and permissions stay."""
    HomePage = apps.get_model("home", "HomePage")
    Page = apps.get_model("wagtailcore", "Page")
    page = Page.objects.get(depth=2, slug="home")
    now = timezone.now()
    home = HomePage(page_ptr_id=page.pk)
    home.__dict__.update(
        {field.attname: getattr(page, field.attname) for field in Page._meta.local_fields}
    )
    home.title = home.draft_title = "Home"
    home.content_type = content_type(apps, "home", "homepage")
    home.first_published_at = home.last_published_at = now
    home.save()
    apps.get_model("wagtailcore", "Site").objects.update_or_create(
        is_default_site=True,
        defaults={"root_page_id": home.pk, "site_name": "Mailshot"},
        create_defaults={
            "hostname": "localhost",
            "is_default_site": True,
            "root_page_id": home.pk,
            "site_name": "Mailshot",
        },
    )


def create_blog(apps, schema_editor):
    HomePage = apps.get_model("home", "HomePage")
    home = HomePage.objects.get()
    now = timezone.now()
    apps.get_model("blog", "BlogIndexPage").objects.create(
        title="Blog",
        draft_title="Blog",
        slug="blog",
        content_type=content_type(apps, "blog", "blogindexpage"),
        locale_id=home.locale_id,
        path=f"{home.path}0001",
        depth=home.depth + 1,
        url_path=f"{home.url_path}blog/",
        show_in_menus=True,
        first_published_at=now,
        last_published_at=now,
    )
    HomePage.objects.update(numchild=1)


def remove_blog(apps, schema_editor):
    apps.get_model("blog", "BlogPage").objects.all().delete()
    apps.get_model("blog", "BlogIndexPage").objects.all().delete()
    apps.get_model("home", "HomePage").objects.update(numchild=0)


def turn_home_page_into_welcome_page(apps, schema_editor):
    for home in apps.get_model("home", "HomePage").objects.all():
        apps.get_model("wagtailcore", "Page").objects.filter(pk=home.pk).update(
            title="Welcome to your new Wagtail site!",
            draft_title="Welcome to your new Wagtail site!",
            content_type=content_type(apps, "wagtailcore", "page"),
            latest_revision=None,
            live_revision=None,
        )
        home.delete(keep_parents=True)


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("home", "0001_initial"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]

    operations = [
        migrations.RunPython(turn_welcome_page_into_home_page, turn_home_page_into_welcome_page),
        migrations.RunPython(create_blog, remove_blog),
    ]
