"""Finds English in what is meant to be Russian."""

import re

from bs4 import BeautifulSoup

#: Names, and words that Russian takes over as they are.
NOT_ENGLISH = {
    *(
        "Mailshot",
        "CSV",
        "xlsx",
        "JPEG",
        "PNG",
        "WebP",
        "GIF",
        "QR",
        "cookie",
        "IP",
        "UTC",
        "RSS",
        "Atom",
        "Message",
        "ID",
        "HTML",
        "Gmail",
        "mailto",
    ),
    *("email", "full", "name", "comment", "city"),  # columns and fields, as they are written
}
ADDRESSES = re.compile(r"\S+@\S+|https?://\S+|\{\{.*?\}\}")
WORDS = re.compile(r"[A-Za-z]{2,}")
ATTRIBUTES = ("title", "alt", "aria-label", "placeholder", "data-close-label")
#: Code, what says that it is English, and places of time zones, which nobody has translated.
LEFT_OUT = "script, style, code, [lang=en], select[name=time_zone] option"


def english_in(text: str) -> set[str]:
    """Return the English words in a text."""
    return set(WORDS.findall(ADDRESSES.sub("", text))) - NOT_ENGLISH


def english_on(html: str) -> set[str]:
    """Return the English words that a page shows or has read out."""
    page = BeautifulSoup(html, "html.parser")
    for part in page.select(LEFT_OUT):
        part.decompose()
    spoken = [str(tag[name]) for name in ATTRIBUTES for tag in page.select(f"[{name}]")]
    return english_in("\n".join([page.get_text(" "), *spoken]))
