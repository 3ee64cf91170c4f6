"""What helps to read an article: how long it takes, its sections, and what to read next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from wagtail.blocks import StreamValue
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from blog import page_links, pictures
from blog.slugs import latin_slug

if TYPE_CHECKING:
    from blog.models import BlogPage

WORDS_A_MINUTE = 200
RELATED_SHOWN = 3
#: A table of contents for fewer headings than this would only be in the way.
HEADINGS_FOR_CONTENTS = 3
#: Ids that the frame of every page uses.
TAKEN = {"main", "contents", "related"}


@dataclass(frozen=True)
class Part:
    """A block of an article; `anchor` is where links to a heading lead."""

    block: Any
    anchor: str = ""


def minutes(body: StreamValue) -> int:
    """Return how many minutes it takes to read a body, at least one."""
    words = body.stream_block.words_in(body) if body else 0
    return max(1, ceil(words / WORDS_A_MINUTE))


def parts(
    body: StreamValue,
    led_to: Mapping[int, Page],
    others: Iterable[AbstractImage | None] = (),
) -> list[Part]:
    """Return the blocks of a body, each heading with an anchor of its own.

    Their pictures come with all sizes, and so do `others` that the page shows. `led_to` has the
    pages, by key, that need not be fetched any more.
    """
    taken = set(TAKEN)
    with pictures.fetched(body, others), page_links.at_hand(led_to):
        return [
            Part(block, _anchor(block.value, taken) if block.block_type == "heading" else "")
            for block in body
        ]


def _anchor(heading: str, taken: set[str]) -> str:
    """Return an id for a heading that is not taken, and take it."""
    wanted = latin_slug(heading) or "section"
    anchor, number = wanted, 1
    while anchor in taken:
        number += 1
        anchor = f"{wanted}-{number}"
    taken.add(anchor)
    return anchor


def surroundings(article: "BlogPage", led_to: Mapping[int, Page]) -> dict[str, Any]:
    """Return the sections of an article and the articles around it, for its template."""
    around = list(_around(article)) if article.pk else []
    related = sorted((each for each in around if each.shared), key=_by_tags, reverse=True)
    related = related[:RELATED_SHOWN]
    shown = [each.picture for each in (article, *related)]
    newer = [each for each in around if _moment(each) > _moment(article)]
    older = [each for each in around if _moment(each) < _moment(article)]
    all_parts = parts(article.body, led_to, shown)
    headings = [part for part in all_parts if part.anchor]
    return {
        "parts": all_parts,
        "headings": headings if len(headings) >= HEADINGS_FOR_CONTENTS else [],
        "related": related,
        "newer": min(newer, key=_moment, default=None),
        "older": max(older, key=_moment, default=None),
    }


def _around(article: "BlogPage") -> Any:
    siblings = type(article).objects.sibling_of(article).published()
    return siblings.around(article, RELATED_SHOWN).without_bodies()


def _moment(article: "BlogPage") -> tuple[Any, int]:
    return article.published_on, article.pk


def _by_tags(article: Any) -> tuple[int, Any, int]:
    return article.shared, article.published_on, article.pk
