"""A page in each language of the site."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import get_language_info
from wagtail.models import Page

from blog import page_links


@dataclass(frozen=True)
class Version:
    """Where to read a page in a language; `is_same` if it is that page, not one above it."""

    language: str
    url: str
    is_current: bool
    is_same: bool

    @property
    def is_default(self) -> bool:
        """Whether it is for visitors whose language the site does not have."""
        return self.language == str(settings.LANGUAGE_CODE)

    @property
    def name(self) -> str:
        """The language's name in itself."""
        name: str = get_language_info(self.language)["name_local"].capitalize()
        return name


@dataclass(frozen=True)
class Surroundings:
    """What stands around a page: where it is in other languages, and the pages of the menu.

    `led_to` has the pages that its body leads to, by key, in all languages.
    """

    versions: list[Version]
    menu: list[Page]
    led_to: dict[int, Page]


def surroundings(page: Page, trail: list[Page], request: HttpRequest) -> Surroundings:
    """Return what stands around a page with `trail` leading to it, in one query."""
    if not trail:
        return Surroundings([], [], {})
    home = trail[0]
    keys = [each.translation_key for each in trail]
    body = getattr(page, "body", None)
    led_to = set(page_links.keys_in(list(body.raw_data))) if body else set()
    pages = Page.objects.select_related("locale").order_by("-depth", "path")
    related = Q(translation_key__in=keys, depth__lte=page.depth)
    in_menu = Q(show_in_menus=True, path__startswith=home.path, depth=home.depth + 1)
    there = Page.objects.filter(pk__in=led_to).values("translation_key")
    around = Q(live=True) & (related | in_menu) | Q(translation_key__in=there)
    all_found = list(pages.filter(around))
    found = [each for each in all_found if each.live]
    menu = [each for each in found if each.show_in_menus and each.is_child_of(home)]
    translations = [
        each for each in found if each.translation_key in keys and each.depth <= page.depth
    ]
    versions = list(_versions(page, translations, request))
    return Surroundings(versions, menu, {each.pk: each for each in all_found})


def _versions(page: Page, found: list[Page], request: HttpRequest) -> Iterator[Version]:
    """Return for each language the page itself, or the nearest one above it that there is."""
    for language, _name in settings.LANGUAGES:
        nearest = next((each for each in found if each.locale.language_code == language), None)
        url = nearest and nearest.get_url(request)
        if nearest and url:
            is_same = nearest.translation_key == page.translation_key
            yield Version(language, url, nearest.pk == page.pk, is_same)
