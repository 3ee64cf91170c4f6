"""What may be imported at once, and how a file that may not is refused."""

from django.conf import settings
from django.utils.translation import gettext as _

#: Rows of headings above the data.
HEADER = 1


class UnreadableFile(Exception):
    """A file that cannot be imported; the text says to its user why."""


def check_size(size: int) -> None:
    """Raise UnreadableFile when a file of `size` bytes is too large."""
    if size > settings.IMPORT_MAX_MEGABYTES * 1_000_000:
        raise UnreadableFile(
            _("The file is larger than %(limit)s MB. Split it into several.")
            % {"limit": settings.IMPORT_MAX_MEGABYTES}
        )


def check_unpacked_size(size: int) -> None:
    """Raise UnreadableFile when a spreadsheet takes more than `size` bytes once unpacked."""
    if size > settings.IMPORT_MAX_UNPACKED_MEGABYTES * 1_000_000:
        raise UnreadableFile(
            _("Unpacked, the spreadsheet is larger than %(limit)s MB. Split it into several.")
            % {"limit": settings.IMPORT_MAX_UNPACKED_MEGABYTES}
        )


def check_rows(number: int) -> None:
    """Raise UnreadableFile when a file has more rows than may be imported at once."""
    if number > settings.IMPORT_MAX_ROWS + HEADER:
        raise UnreadableFile(
            _("The file has more than %(limit)s rows. Split it into several.")
            % {"limit": settings.IMPORT_MAX_ROWS}
        )


def check_columns(number: int) -> None:
    """Raise UnreadableFile when a file has more columns than anybody can make sense of."""
    if number > settings.IMPORT_MAX_COLUMNS:
        raise UnreadableFile(
            _("The file has more than %(limit)s columns. Leave out those that are not needed.")
            % {"limit": settings.IMPORT_MAX_COLUMNS}
        )
