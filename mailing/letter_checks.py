"""What is to be mended, or to be known, before a letter goes out."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailing.models import Message
from mailing.personalisation import FIELD, fields_in, validate_fields
from mailing.sending.sample import Sample, sample

#: Bytes of HTML beyond which Gmail shows only the beginning.
CLIPPED_BEYOND = 102 * 1024
#: Characters of a subject that telephones show.
SHOWN_OF_SUBJECT = 60
LONGEST_SHOWN = 60
NAMED = 3

_NO_HOST = re.compile(r"(?:https?:/*)?(?:#)?", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
#: Names that nobody can have (RFC 2606), as in our own layouts.
_EXAMPLE = re.compile(r"https?://(?:[^/?#\s]+\.)?example(?:\.(?:com|net|org))?(?:[/?#:]|\Z)", re.I)
_HAS_HOST = re.compile(
    r"https?://[^/?#\s.]+(?:\.[^/?#\s.]+)+|https?://localhost\b|https?://\[", re.I
)


@dataclass(frozen=True)
class Finding:
    """Something about a letter: `level` is error, warning or info, as notices have it."""

    level: str
    code: str
    text: str


class Letter(HTMLParser):
    """Reads what a body links to and shows."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.undescribed: list[str] = []
        self.pictures: list[str] = []
        self.targets: set[str] = set()
        self.anchors: list[str] = []
        self.addresses: list[str | None] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.targets |= {found[name] or "" for name in ("id", "name") if name in found}
        if tag == "img":
            self.pictures.append(found.get("src") or "")
            if "alt" not in found:
                self.undescribed.append(found.get("src") or "")
        elif tag == "a" and not ({"id", "name"} & found.keys() and "href" not in found):
            address = found.get("href")
            if address and address.startswith("#") and address != "#":
                self.anchors.append(address)
            else:
                self.addresses.append(address)

    handle_startendtag = handle_starttag


def find(message: Message) -> list[Finding]:
    """Return what there is to say about a letter, errors first."""
    if problems := unknown_fields(message):
        return problems
    letter = Letter(message.body_html)
    found = [
        *_about_links(letter),
        *_about_pictures(letter),
        *_about_size(sample(message)),
        *_about_subject(message),
        *_about_leaving(message),
    ]
    order = ("error", "warning", "info")
    return sorted(found, key=lambda finding: order.index(finding.level))


def unknown_fields(message: Message) -> list[Finding]:
    """Return what is wrong with the fields, because of which the message cannot be saved."""
    found = []
    for name in ("subject", "preheader", "body_html", "body_text"):
        try:
            validate_fields(getattr(message, name))
        except ValidationError as error:
            found.append(Finding("error", "unknown_field", " ".join(error.messages)))
    return found


def _about_links(letter: Letter) -> list[Finding]:
    dead = [anchor for anchor in letter.anchors if anchor[1:] not in letter.targets]
    empty = [address or "" for address in letter.addresses if _leads_nowhere(address)]
    found = []
    if dead:
        text = ngettext(
            "%(count)s link leads to a place that is not in the letter: %(named)s",
            "%(count)s links lead to places that are not in the letter: %(named)s",
            len(dead),
        )
        found.append(_finding("warning", "dead_anchor", text, dead))
    if empty:
        text = ngettext(
            "%(count)s link has no address to lead to: %(named)s",
            "%(count)s links have no address to lead to: %(named)s",
            len(empty),
        )
        found.append(_finding("warning", "no_address", text, empty))
    return found


def _leads_nowhere(address: str | None) -> bool:
    """Whether a link was left without an address; one that is filled in may be anything."""
    address = (address or "").strip()
    if FIELD.search(address):
        return False
    if not _WEB.match(address):
        return bool(_NO_HOST.fullmatch(address))
    return bool(_EXAMPLE.match(address)) or not _HAS_HOST.match(address)


def _about_pictures(letter: Letter) -> list[Finding]:
    found = []
    if letter.undescribed:
        text = ngettext(
            "%(count)s picture has no alternative text for readers who do not see it: %(named)s",
            "%(count)s pictures have no alternative text for readers who do not see them:"
            " %(named)s",
            len(letter.undescribed),
        )
        found.append(_finding("warning", "no_alt", text, letter.undescribed))
    inside = [source for source in letter.pictures if source.startswith("data:")]
    if inside:
        text = ngettext(
            "%(count)s picture is written into the HTML, where Gmail and others do not show it."
            " Add it as a picture instead.",
            "%(count)s pictures are written into the HTML, where Gmail and others do not show"
            " them. Add them as pictures instead.",
            len(inside),
        )
        found.append(_finding("warning", "data_picture", text, []))
    plain = [source for source in letter.pictures if source.startswith("http://")]
    if plain and settings.IS_HTTPS:
        text = ngettext(
            "%(count)s picture has an address without https, which many mail programs do not load:"
            " %(named)s",
            "%(count)s pictures have addresses without https, which many mail programs do not"
            " load: %(named)s",
            len(plain),
        )
        found.append(_finding("warning", "plain_http", text, plain))
    return found


def _about_size(letter: Sample) -> list[Finding]:
    size = len(letter.html.encode())
    if size <= CLIPPED_BEYOND:
        return []
    text = _("The letter has %(size)s. Beyond %(limit)s Gmail shows only its beginning.") % {
        "size": filesizeformat(size),
        "limit": filesizeformat(CLIPPED_BEYOND),
    }
    return [Finding("warning", "too_long", text)]


def _about_subject(message: Message) -> list[Finding]:
    found = []
    subject = message.subject.strip()
    if not subject:
        found.append(Finding("error", "no_subject", _("The subject is empty.")))
    elif len(FIELD.sub("", subject)) > SHOWN_OF_SUBJECT:
        text = _("The subject is long: telephones show about %(limit)s characters of it.")
        found.append(Finding("info", "long_subject", text % {"limit": SHOWN_OF_SUBJECT}))
    letters = [c for c in FIELD.sub("", subject) if c.isalpha()]
    if len(letters) > 8 and all(map(str.isupper, letters)):
        text = _("The subject is in capitals, which spam filters and readers dislike.")
        found.append(Finding("warning", "capitals", text))
    if not message.preheader.strip():
        text = _("Without a preheader, mail programs show the letter’s first words there.")
        found.append(Finding("info", "no_preheader", text))
    return found


def _about_leaving(message: Message) -> list[Finding]:
    if "unsubscribe_url" in fields_in(message.body_html):
        return []
    text = _("A link to unsubscribe is added at the end, since the letter has none of its own.")
    return [Finding("info", "unsubscribe_added", text)]


def _finding(level: str, code: str, text: str, things: list[str]) -> Finding:
    shown = ", ".join(thing[:LONGEST_SHOWN] or "—" for thing in things[:NAMED])
    named = shown + (" …" if len(things) > NAMED else "")
    return Finding(level, code, text % {"count": len(things) or 1, "named": named})
