"""Pictures of a page, fetched in one go with the sizes that there are of each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from wagtail.blocks import StreamValue
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage

_at_hand: ContextVar[Mapping[int, AbstractImage]] = ContextVar("pictures_at_hand")


def keys_in(raw: Any) -> Iterator[int]:
    """Return the keys of the pictures in a body, or in a part of one, as the database has it."""
    if isinstance(raw, Mapping):
        for name, value in raw.items():
            if name == "image" and isinstance(value, int):
                yield value
            else:
                yield from keys_in(value)
    elif isinstance(raw, Sequence) and not isinstance(raw, str):
        for value in raw:
            yield from keys_in(value)


def _with_sizes(keys: Iterable[int]) -> dict[int, AbstractImage]:
    """Return pictures by key in one query; those of which there is no size yet are not among them.

    Wagtail looks for sizes in `prefetched_renditions`.
    """
    renditions = get_image_model().get_rendition_model().objects.filter(image__in=keys)
    sizes = defaultdict(list)
    for rendition in renditions.select_related("image"):
        sizes[rendition.image].append(rendition)
    for picture, found in sizes.items():
        picture.prefetched_renditions = found
    return {picture.pk: picture for picture in sizes}


@contextmanager
def fetched(
    body: StreamValue | None, others: Iterable[AbstractImage | None] = ()
) -> Iterator[None]:
    """Fetch the pictures of a body, whose blocks find them at hand, and the sizes of others."""
    known = [picture for picture in others if picture]
    keys = set(keys_in(list(body.raw_data))) if body else set()
    found = _with_sizes(keys.union(picture.pk for picture in known))
    for picture in known:
        if picture.pk in found:
            picture.prefetched_renditions = found[picture.pk].prefetched_renditions
    token = _at_hand.set(found)
    try:
        yield
    finally:
        _at_hand.reset(token)


def at_hand(keys: Iterable[int | None]) -> dict[int | None, AbstractImage | None]:
    """Return those pictures that have been fetched."""
    pictures = _at_hand.get({})
    return {key: pictures[key] for key in keys if key is not None and key in pictures}
