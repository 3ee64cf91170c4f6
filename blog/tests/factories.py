"""Makes articles and pictures for tests."""

from io import BytesIO
from typing import Any

import factory
from django.core.files.images import ImageFile
from factory.django import DjangoModelFactory
from PIL import Image as PillowImage
from wagtail.images import get_image_model
from wagtail.models import Page

from blog.models import BlogIndexPage, BlogPage


def image_file(size: tuple[int, int] = (64, 36)) -> ImageFile:
    """Return a small picture as an upload would bring it."""
    content = BytesIO()
    PillowImage.new("RGB", size, "teal").save(content, "PNG")
    content.seek(0)
    return ImageFile(content, name="teal.png")


def first_blog() -> BlogIndexPage:
    """Return the blog in the first language, which `migrate` made."""
    blog: BlogIndexPage = BlogIndexPage.objects.order_by("path")[0]
    return blog


class ImageFactory(DjangoModelFactory):  # type: ignore[type-arg]
    """A picture in the root collection."""

    class Meta:
        model = get_image_model()

    title = "Teal"
    file = factory.LazyFunction(image_file)


class BlogPageFactory(DjangoModelFactory[BlogPage]):
    """A published article in the blog that `migrate` made."""

    class Meta:
        model = BlogPage

    title = factory.Sequence(lambda n: f"Article {n}")
    slug = factory.Sequence(lambda n: f"article-{n}")
    lead = "Why it matters."
    body = factory.LazyFunction(lambda: [("text", "<p>Ask first.</p>")])

    @classmethod
    def _create(cls, model_class: type[BlogPage], *args: Any, **kwargs: Any) -> BlogPage:
        parent: Page = kwargs.pop("parent", None) or first_blog()
        tags = kwargs.pop("tags", ())
        article = model_class(*args, **{"locale": parent.locale, **kwargs})
        article.tags.add(*tags)
        parent.add_child(instance=article)
        return article
