"""HTML bodies: what is allowed in them, and styles for mail programs that read only inline ones."""

import re
from html import escape

import css_inline
import nh3

from mailing.placeholders import Placeholders
from mailing.plain_text import text_from_html
from mailing.styles import clean_declarations, clean_stylesheet

__all__ = ["inline_css", "sanitise", "text_from_html"]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


TAGS = _names(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col"
    " colgroup dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i"
    " img ins kbd li main mark ol p pre q s samp section small span strike strong sub sup table"
    " tbody td tfoot th thead time tr tt u ul var wbr"
)
#: Elements that go with all that is in them; of others that are not allowed the text stays.
DROPPED_TAGS = _names(
    "applet audio canvas embed frameset iframe math noembed noframes noscript object script"
    " select style svg template textarea title video xmp"
)
_EVERYWHERE = "align aria-hidden aria-label class dir id lang role style title valign"
ATTRIBUTES = {
    tag: _names(names)
    for tag, names in {
        "*": _EVERYWHERE,
        "a": "href name target",
        "col": "span width",
        "font": "color face size",
        "hr": "color noshade size width",
        "img": "alt border height hspace src vspace width",
        "li": "type value",
        "ol": "reversed start type",
        "table": "background bgcolor border cellpadding cellspacing height summary width",
        "td": "abbr background bgcolor colspan headers height nowrap rowspan scope width",
        "th": "abbr background bgcolor colspan headers height nowrap rowspan scope width",
        "tr": "bgcolor height",
        "ul": "type",
    }.items()
}
_SCHEMES = {
    "href": _names("http https mailto tel"),
    "src": _names("http https cid"),
    "background": _names("http https cid"),
}
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_SAFE_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)

# Comments and tags are matched so that what looks like a style element inside them is passed over.
_STYLE = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<style\b(?P<attributes>[^<>]*)>(?P<css>.*?)(?:</style\s*>\n?|\Z)"
    r"|<[a-zA-Z/](?:[^\"'<>]|\"[^\"]*\"|'[^']*')*+>",
    re.DOTALL | re.IGNORECASE,
)
_OTHER_MEDIA = re.compile(r"media\s*=\s*[\"']?\s*(?!all|only screen|screen)", re.IGNORECASE)

#: After so many rounds a body that still changes is not worth more; letters need two.
ROUNDS = 8


def sanitise(html: str) -> str:
    """Return `html` with only the elements, attributes and styles that a letter may have.

    Fields stay as they are, in text, attributes and addresses. To sanitise twice is the same as
    once: a body whose parts a parser moves about again and again is turned into its plain text.
    """
    html = html.encode(errors="replace").decode()
    for _round in range(ROUNDS):
        before, html = html, _clean(html)
        if html == before:
            return html
    return _clean(f"<p>{escape(text_from_html(html))}</p>")


def inline_css(html: str) -> str:
    """Return a whole document with its style rules in the elements that they are for.

    Media queries stay in a style element; rules for what elements cannot hold (`:hover`) go.
    """
    return _INLINER.inline(html)


_INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def _clean(html: str) -> str:
    sheets: list[str] = []

    def take(match: re.Match[str]) -> str:
        if match["css"] is None:
            return "" if match[0].startswith("<!--") else match[0]
        sheets.append("" if _OTHER_MEDIA.search(match["attributes"]) else match["css"])
        return ""

    body = _clean_elements(_STYLE.sub(take, html))
    css = "\n".join(filter(None, map(clean_stylesheet, sheets)))
    return f"<style>\n{css}\n</style>\n{body}" if css else body


def _clean_elements(html: str) -> str:
    placeholders = Placeholders()

    def clean_attribute(_tag: str, name: str, value: str) -> str | None:
        if name == "style":
            return clean_declarations(value) or None
        if name == "target":
            return "_blank" if value == "_blank" else None
        return _clean_address(name, value, placeholders) if name in _SCHEMES else value

    cleaned = nh3.clean(
        placeholders.hide(html),
        tags=TAGS,
        clean_content_tags=DROPPED_TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=clean_attribute,
        url_schemes={"data"}.union(*_SCHEMES.values()),
        link_rel=None,
    )
    return placeholders.show(cleaned)


def _clean_address(attribute: str, value: str, placeholders: Placeholders) -> str | None:
    """Return an address that works in a letter, or None: one of this site's pages does not."""
    value = re.sub(r"[\t\n\r]", "", value).strip("".join(map(chr, range(33))))
    if scheme := _SCHEME.match(value):
        is_picture = attribute == "src" and _SAFE_DATA.fullmatch(value)
        return value if is_picture or scheme[1].lower() in _SCHEMES[attribute] else None
    if value.startswith("//"):
        return f"https:{value}"
    return value if placeholders.starts(value) or value.startswith("#") else None
