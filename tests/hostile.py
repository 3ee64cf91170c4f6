"""What people with bad intentions type, and how it is told from what is inert."""

from html.parser import HTMLParser

#: Each is tried in every field; `hostile` marks what is theirs.
SCRIPTS = {
    "element": "<script>hostile()</script>",
    "attribute": '"><img src=hostile onerror=hostile()>',
    "single quotes": "' autofocus onfocus='hostile()' x='",
    "end of a text": "</textarea></title></style></pre><svg onload=hostile()>",
    "link": "<a href=javascript:hostile()>hostile</a>",
    "template": "{{ 1234321|add:4321234 }}{% debug %}{x.__class__}<b>hostile</b>",
}
#: What "template" becomes where it is run.
RUN = "5555555"
#: Lines that would begin another header.
HEADERS = tuple(f"{end}Bcc: hostile@example.org" for end in ("\r\n", "\n", "\r"))
LINKS = {"href", "src", "action", "formaction"}
#: What spreadsheet programs take for formulas.
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1")


class Finder(HTMLParser):
    """Finds what would run, or is markup of somebody's own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.is_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_script = tag == "script"
        for name, value in attrs:
            text = (value or "").strip().lower()
            leads = name in LINKS and text.startswith(("javascript:", "hostile"))
            if leads or name.startswith("on"):
                self.found.append(f"<{tag} {name}={value}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self.is_script and "hostile()" in data:
            self.found.append(f"<script>{data}")

    def handle_endtag(self, tag: str) -> None:
        self.is_script = False


def dangers_in(html: str) -> list[str]:
    """Return what in a page would run a script of somebody's."""
    finder = Finder()
    finder.feed(html)
    finder.close()
    if "<b>hostile</b>" in html or RUN in html:
        finder.found.append("markup, or a template that was run")
    return finder.found
