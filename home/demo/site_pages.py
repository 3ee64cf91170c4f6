"""The demo's articles, the words on its home pages, and the pages under them."""

from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

from django.core.files.images import ImageFile
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from accounts.models import User
from blog.models import BlogIndexPage, BlogPage
from blog.slugs import latin_slug
from home.demo.home_texts import HOME_TEXTS
from home.demo.open_lists import key_of_form
from home.demo.people import EDITOR
from home.demo.pictures import paint
from home.demo.texts import Text, body_blocks, read_texts
from home.models import HomePage, StandardPage

#: The language that the others are translations of.
FIRST = "en"
LANGUAGES = (FIRST, "ru")
#: Days between one article and the next.
EVERY = timedelta(days=9)


def make_articles(now: datetime) -> int:
    """Make the articles that are missing in each language; return how many."""
    made = 0
    for language in LANGUAGES:
        blog = BlogIndexPage.objects.filter(locale__language_code=language).first()
        for number, text in enumerate(read_texts(f"articles/{language}")):
            moment = now - timedelta(days=2) - number * EVERY
            form = key_of_form(language)
            make = partial(_article, text, moment, form)
            made += _make(blog, text, language, make)
    return made


def make_standard_pages() -> int:
    """Make the pages about us and about privacy that are missing; return how many."""
    made = 0
    for language in LANGUAGES:
        home = HomePage.objects.filter(locale__language_code=language).first()
        for text in read_texts(f"pages/{language}"):
            made += _make(home, text, language, lambda t=text: _standard_page(t))
    return made


def _make(parent: Page | None, text: Text, language: str, page: Any) -> int:
    """Publish what `page` returns under `parent` unless it is there; return how many were made."""
    slug = text.slug if language == FIRST else latin_slug(text.named["Title"])
    if parent is None or Page.objects.child_of(parent).filter(slug=slug).exists():
        return 0
    made = page()
    made.slug, made.locale = slug, parent.locale
    original = _original(type(made), text)
    if original and not original.has_translation(parent.locale):
        made.translation_key = original.translation_key
    _publish(parent, made)
    return 1


def _original(model: type[Page], text: Text) -> Page | None:
    original: Page | None = model.objects.filter(
        slug=text.slug, locale__language_code=FIRST
    ).first()
    return original


def _publish(parent: Page, page: Page) -> None:
    editor = User.objects.filter(email=EDITOR).first()
    page.owner, page.live = editor, False
    parent.add_child(instance=page)
    page.save_revision(user=editor, log_action=True).publish(user=editor)


def _article(text: Text, moment: datetime, form: int | None) -> BlogPage:
    article = BlogPage(
        title=text.named["Title"],
        lead=text.named["Lead"],
        body=body_blocks(text.rest, form),
        picture=_picture(text),
        picture_alt=text.named["Picture"],
        published_on=moment.date(),
        author=User.objects.filter(email=EDITOR).first(),
    )
    article.tags.add(*text.named["Tags"].split(", "))
    return article


def _standard_page(text: Text) -> StandardPage:
    return StandardPage(
        title=text.named["Title"],
        lead=text.named["Lead"],
        body=body_blocks(text.rest),
        show_in_menus=True,
    )


def _picture(text: Text) -> AbstractImage:
    """Return the article's picture, which its translation shows too."""
    images = get_image_model().objects
    title = f"Demo: {text.slug}"
    present: AbstractImage | None = images.filter(title=title).first()
    if present:
        return present
    file = ImageFile(BytesIO(paint(text.slug)), name=f"{text.slug}.jpg")
    made: AbstractImage = images.create(title=title, file=file, description=text.named["Picture"])
    return made


def write_home_pages() -> int:
    """Fill the home pages on which nobody has written yet; return how many were filled."""
    filled = 0
    for home in HomePage.objects.filter(latest_revision=None, hero_heading="", lead=""):
        text = HOME_TEXTS.get(home.locale.language_code)
        if text and not home.body:
            body = text.body(key_of_form(home.locale.language_code))
            home.hero_heading, home.lead, home.body = text.heading, text.lead, body
            home.save_revision(user=User.objects.filter(email=EDITOR).first()).publish()
            filled += 1
    return filled
