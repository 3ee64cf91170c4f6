from django.conf import settings
from django.db import migrations
from django.utils import timezone
from treebeard.mp_tree import MP_Node

from home.groups import ensure_groups

#: Titles of home page and blog, by language.
TITLES = {"en": ("Home", "Blog"), "ru": ("Главная", "Блог")}


def translation_of(page, locale, **fields):
    """Return a new row for `page` in another language; `fields` say what differs."""
    now = timezone.now()
    return type(page)(
        content_type_id=page.content_type_id,
        translation_key=page.translation_key,
        locale_id=locale.pk,
        depth=page.depth,
        show_in_menus=page.show_in_menus,
        first_published_at=now,
        last_published_at=now,
        draft_title=fields["title"],
        **fields,
    )


def plant_trees(apps, schema_editor):
    """Give each language that has none a home page and a blog, translations of the first ones."""
    HomePage = apps.get_model("home", "HomePage")
    first = HomePage.objects.order_by("path").first()
    for language, _name in settings.LANGUAGES:
        locale, _ = apps.get_model("wagtailcore", "Locale").objects.get_or_create(
            language_code=language
        )
        if first and not HomePage.objects.filter(locale=locale).exists():
            plant_tree(apps, first, locale)
    ensure_groups(apps)


def plant_tree(apps, first, locale):
    Page = apps.get_model("wagtailcore", "Page")
    root = Page.objects.get(depth=1)
    last = Page.objects.filter(depth=2).order_by("path").last()
    home_title, blog_title = TITLES.get(locale.language_code, TITLES["en"])
    slug = f"home-{locale.language_code}"
    home = translation_of(
        first,
        locale,
        title=home_title,
        slug=slug,
        path=next_path(last.path),
        url_path=f"{root.url_path}{slug}/",
    )
    blog = apps.get_model("blog", "BlogIndexPage").objects.filter(path__startswith=first.path)
    home.numchild = min(1, blog.count())
    home.save()
    Page.objects.filter(depth=1).update(numchild=Page.objects.filter(depth=2).count())
    if blog.exists():
        translation_of(
            blog.first(),
            locale,
            title=blog_title,
            slug="blog",
            path=f"{home.path}0001",
            url_path=f"{home.url_path}blog/",
        ).save()


def next_path(path):
    """Return the path of the next sibling, as treebeard counts."""
    step = MP_Node._str2int(path[-MP_Node.steplen :]) + 1
    return path[: -MP_Node.steplen] + MP_Node._int2str(step).rjust(MP_Node.steplen, "0")


def fell_trees(apps, schema_editor):
    """Remove every tree but the first, and the languages that have no pages any more."""
    Page = apps.get_model("wagtailcore", "Page")
    first = apps.get_model("home", "HomePage").objects.order_by("path").first()
    if first is None:
        return
    felled = Page.objects.filter(depth__gt=1).exclude(path__startswith=first.path)
    for model in ("blog.BlogPage", "blog.BlogIndexPage", "home.StandardPage", "home.HomePage"):
        apps.get_model(model).objects.filter(page_ptr__in=felled).delete()
    felled.delete()
    Page.objects.filter(depth=1).update(numchild=Page.objects.filter(depth=2).count())
    used = Page.objects.values("locale")
    apps.get_model("wagtailcore", "Locale").objects.exclude(pk__in=used).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_index_users_by_date_joined"),
        ("blog", "0002_tags_reading_time_and_blocks"),
        ("home", "0005_standard_page_and_blocks"),
        ("simple_translation", "0001_initial"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]

    operations = [migrations.RunPython(plant_trees, fell_trees)]
