"""What articles are about."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, TagBase

from blog.slugs import latin_slug


class Tag(TagBase):
    """A subject, with an address in Latin letters."""

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def slugify(self, tag: str, i: int | None = None) -> str:
        slug = latin_slug(tag) or "tag"
        return slug if i is None else f"{slug}-{i}"


class TaggedArticle(ItemBase):
    """That an article is about a subject."""

    tag = models.ForeignKey(
        Tag, models.CASCADE, related_name="tagged_articles", verbose_name=_("tag")
    )
    content_object = ParentalKey(
        "blog.BlogPage",
        on_delete=models.CASCADE,
        related_name="tagged_items",
        verbose_name=_("article"),
    )

    class Meta:
        verbose_name = _("tag of an article")
        verbose_name_plural = _("tags of articles")
