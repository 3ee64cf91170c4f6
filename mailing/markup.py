"""HTML bodies: what is allowed in them, and their plain text."""

import css_inline
import nh3
from inscriptis import get_text
from inscriptis.model.config import ParserConfig


def sanitise(html: str) -> str:
    """Return `html` with only the elements, attributes and styles that a letter may have."""
    return nh3.clean(html)


def text_from_html(html: str) -> str:
    """Return the plain text of a body, with the addresses of its links."""
    return get_text(html, ParserConfig(display_links=True)).strip()


def inline_css(html: str) -> str:
    """Return `html` with the rules of its style sheets written into the elements they match."""
    inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
    return inliner.inline(html)
