"""Names in the quotation marks of the reader's language."""

from django.utils.translation import gettext


def quoted(name: object) -> str:
    """Return a name, or what somebody wrote, in quotation marks."""
    return gettext("“%(name)s”") % {"name": name}
