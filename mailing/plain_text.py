"""The plain text of an HTML body."""

import re
from collections.abc import Mapping
from html import unescape

from inscriptis import get_text
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_document_state import HtmlDocumentState
from inscriptis.model.html_element import HtmlElement
from inscriptis.model.tag import CustomHtmlTagHandlerMapping

from mailing.placeholders import Placeholders

# Characters for private use, put where a link begins, where its address begins and where it ends.
_LINK, _ADDRESS, _END = "\ue000", "\ue001", "\ue002"
_MARKED_LINK = re.compile(f"{_LINK}([^{_LINK}{_ADDRESS}]*){_ADDRESS}([^{_END}]*){_END}")
_MARKS = re.compile(f"[{_LINK}{_ADDRESS}{_END}]")
_STYLE_OR_TAG = re.compile(r"<style\b[^<>]*>[^<]*|<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL)


def text_from_html(html: str) -> str:
    """Return the plain text of a body: links with their addresses, pictures as their description.

    Tables are read row by row, since letters use them for layout. Lines are not broken: mail
    programs fit them to the reader's screen.
    """
    placeholders = Placeholders()
    hidden = placeholders.hide(_MARKS.sub("", html))
    text = _rendered(hidden) or unescape(_STYLE_OR_TAG.sub(" ", hidden))
    text = _MARKS.sub("", _MARKED_LINK.sub(_link, text))
    return placeholders.show_in_text(_tidied(text))


def _rendered(html: str) -> str:
    """Return the text, or nothing when elements are nested too deep for the parser."""
    try:
        return str(get_text(html, _CONFIG)).strip()
    except RecursionError:
        return ""


def _link(match: re.Match[str]) -> str:
    shown, address = match[1].strip(), match[2].removeprefix("mailto:").strip()
    if shown == address or address.startswith("#") or not address:
        return match[1]
    return f"{match[1]} <{address}>" if shown else f"<{address}>"


def _tidied(text: str) -> str:
    text = "\n".join(line.rstrip() for line in text.replace("\xa0", " ").splitlines())
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _begin_link(state: HtmlDocumentState, attributes: Mapping[str, str]) -> None:
    state.link_target = attributes.get("href", "")
    state.tags[-1].write(_LINK)


def _end_link(state: HtmlDocumentState) -> None:
    state.tags[-1].write(f"{_ADDRESS}{state.link_target}{_END}")


def _nothing(*_anything: object) -> None:
    """Take the place of the handlers that draw tables in columns."""


_CELLS = ("table", "tr", "td", "th")
_CONFIG = ParserConfig(
    css={
        **STRICT_CSS_PROFILE,
        "table": HtmlElement(display=Display.block, margin_before=1, margin_after=1),
        "tr": HtmlElement(display=Display.block),
        "td": HtmlElement(suffix="  "),
        "th": HtmlElement(suffix="  "),
    },
    display_images=True,
    display_links=True,
    custom_html_tag_handler_mapping=CustomHtmlTagHandlerMapping(
        start_tag_mapping={"a": _begin_link, **dict.fromkeys(_CELLS, _nothing)},
        end_tag_mapping={"a": _end_link, **dict.fromkeys(_CELLS, _nothing)},
    ),
)
