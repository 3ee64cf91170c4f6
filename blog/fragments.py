"""Parts of a page that are made anew for each view, below the cache of whole pages.

Where a page is rendered for the cache, it gets a mark instead of the part; the page is cut at its
marks, and each view fills the gaps. Everywhere else the part is rendered in its place.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.http import HttpRequest

Renderer = Callable[[HttpRequest, str], str]

_renderers: dict[str, Renderer] = {}


def register(name: str, renderer: Renderer) -> None:
    """Let pages have parts called `name`; what they are made of gets an argument of the page."""
    _renderers[name] = renderer


@dataclass(frozen=True)
class Gap:
    """What is missing in a page."""

    name: str
    argument: str

    def fill(self, request: HttpRequest) -> str:
        return _renderers[self.name](request, self.argument)


@dataclass
class Marks:
    """The marks of one rendering, which nobody who writes on the page can know."""

    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    gaps: list[Gap] = field(default_factory=list)

    def mark(self, gap: Gap) -> str:
        self.gaps.append(gap)
        return f"<!--{self.secret}:{len(self.gaps) - 1}-->"

    def cut(self, page: bytes) -> list[bytes | Gap]:
        """Return the pieces of a page with the gaps between them."""
        pieces = re.split(f"<!--{self.secret}:(\\d+)-->".encode(), page)
        return [
            self.gaps[int(piece)] if number % 2 else piece for number, piece in enumerate(pieces)
        ]


def place(request: HttpRequest, name: str, argument: object = "") -> str:
    """Return a part for the page that is being rendered, or a mark where the cache wants one."""
    gap = Gap(name, str(argument))
    marks: Marks | None = getattr(request, "fragment_marks", None)
    return marks.mark(gap) if marks else gap.fill(request)


def fill(pieces: Iterable[bytes | Gap], request: HttpRequest) -> bytes:
    """Return the page whole."""
    return b"".join(
        piece.fill(request).encode() if isinstance(piece, Gap) else piece for piece in pieces
    )
