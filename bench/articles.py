"""Fills an installation with articles that all have a picture; prints the address of one.

python -m bench.articles NUMBER
"""

import sys
from typing import Any

import django

BODY = [
    ("heading", "Before you write"),
    ("text", "<p>Ask first, and write to those who said yes.</p>" * 10),
    ("quote", {"text": "Less is more", "source": "An editor"}),
]


def main(number: int) -> str:
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Page

    from blog.models import BlogPage
    from blog.tests.factories import ImageFactory, first_blog, image_file

    blog = first_blog()
    picture = _picture(ImageFactory, image_file)
    of_articles = ContentType.objects.get_for_model(BlogPage)
    pages = []
    for step in range(blog.numchild + 1, number + 1):
        slug = f"bench-{step}"
        page = Page(
            path=Page._get_path(blog.path, blog.depth + 1, step),
            depth=blog.depth + 1,
            title=f"Article {step} about letters",
            draft_title=f"Article {step} about letters",
            slug=slug,
            url_path=f"{blog.url_path}{slug}/",
            content_type=of_articles,
            locale=blog.locale,
        )
        pages.append(page)
    Page.objects.bulk_create(pages, batch_size=1000)
    for page in pages:
        _write(BlogPage, page, picture)
    Page.objects.filter(pk=blog.pk).update(numchild=max(number, blog.numchild))
    return str(BlogPage.objects.latest("pk").url)


def _picture(factory: Any, image_file: Any) -> Any:
    found = factory._meta.model.objects.first()
    return found or factory.create(file=image_file((1600, 900)))


def _write(model: Any, page: Any, picture: Any) -> None:
    """Add the part of an article that its table holds beside that of pages."""
    article = model(page_ptr=page, lead="Why it matters.", body=BODY, picture=picture)
    article.__dict__.update({name: value for name, value in vars(page).items() if name != "_state"})
    article.save_base(raw=True, force_insert=True)


def settle() -> None:
    """Do now what the database would do by itself while pages are measured."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("CHECKPOINT")


if __name__ == "__main__":
    from django.db import transaction

    django.setup()
    with transaction.atomic():
        address = main(int(sys.argv[1]))
    settle()
    print(address)
