"""What begins a new generation of pages: whatever changes something that they show."""

from functools import cache
from typing import Any

from django.db import models, transaction
from taggit.models import TagBase
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import Collection, Locale, Page, PageViewRestriction, Site
from wagtail.snippets.models import get_snippet_models

from accounts.models import User
from home.page_cache import store

#: What pages show or depend on, beside pages, snippets, and the names of authors.
SHOWN = (
    AbstractDocument,
    AbstractImage,
    BaseGenericSetting,
    BaseSiteSetting,
    Collection,
    Locale,
    PageViewRestriction,
    Redirect,
    Site,
    TagBase,
)


def begin_generation(**kwargs: object) -> None:
    """Forget all pages: at once, and when others see what was changed.

    In between others may keep a page as it was; those in the same transaction see the change.
    """
    store.begin_generation()
    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(store.begin_generation)


def notice_save(
    sender: type[models.Model], instance: models.Model, update_fields: Any = None, **kwargs: object
) -> None:
    """Forget the pages when something was saved that they show."""
    if (
        issubclass(sender, _shown_models())
        or _changes_a_page(instance, update_fields)
        or _changes_an_author(instance, update_fields)
    ):
        begin_generation()


def notice_delete(sender: type[models.Model], **kwargs: object) -> None:
    """Forget the pages when something was deleted that they show."""
    if issubclass(sender, (*_shown_models(), Page, User)):
        begin_generation()


@cache
def _shown_models() -> tuple[type[models.Model], ...]:
    return (*SHOWN, *get_snippet_models())


def _changes_a_page(instance: models.Model, update_fields: Any) -> bool:
    """Whether a live page was saved whole; of drafts and publishing other signals tell."""
    return isinstance(instance, Page) and instance.live and update_fields is None


def _changes_an_author(instance: models.Model, update_fields: Any) -> bool:
    if not isinstance(instance, User):
        return False
    return (update_fields is None or "full_name" in update_fields) and instance.articles.exists()
