"""Any file that people have, as text: UTF-8, lines that end with a line feed."""

import codecs
import io
from collections.abc import Callable
from typing import IO

from django.utils.translation import gettext as _

from mailing.importing.limits import UnreadableFile, check_rows
from mailing.importing.spreadsheet import write_sheet

CHUNK = 1 << 16
#: Characters in a line that no table has.
MAX_LINE = 1_000_000
_ZIP, _OLD_SPREADSHEET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def receive(
    source: IO[bytes],
    target: IO[bytes],
    sheet: str = "",
    beat: Callable[[], None] = lambda: None,
) -> list[str]:
    """Write the table in `source` as text; return the names of its sheets if it has any.

    `sheet` is the one to take, else the first. `beat` is called again and again while a
    spreadsheet is unpacked, which may take minutes; what it raises ends the work. Raises
    UnreadableFile.
    """
    head = _head(source)
    if head.startswith(_ZIP):
        return write_sheet(source, target, sheet, beat)
    if head.startswith(_OLD_SPREADSHEET[: len(head)]) and len(head) >= 6:
        raise UnreadableFile(
            _(
                "This is a spreadsheet of an old kind (.xls). Save it as .xlsx or CSV in your "
                "spreadsheet program and import that."
            )
        )
    _write_text(source, target, head)
    return []


def _head(source: IO[bytes]) -> bytes:
    source.seek(0)
    return source.read(8)


def _write_text(source: IO[bytes], target: IO[bytes], head: bytes) -> None:
    is_utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if is_utf16 else ["utf-8-sig", "cp1251"]:
        source.seek(0)
        target.seek(0)
        target.truncate()
        try:
            return _transcode(source, target, encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(_("This is not a text file. Save the recipients as CSV and import that."))


def _transcode(source: IO[bytes], target: IO[bytes], encoding: str) -> None:
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    lines = Lines()
    while chunk := source.read(CHUNK):
        _write(decoder.decode(chunk), target, lines)
    _write(decoder.decode(b"", final=True), target, lines)


def _write(text: str, target: IO[bytes], lines: "Lines") -> None:
    if "\0" in text:
        raise UnreadableFile(
            _("This is not a text file. Save the recipients as CSV and import that.")
        )
    lines.count(text)
    target.write(text.encode())


class Lines:
    """Counts lines and refuses those that are too long or too many."""

    def __init__(self) -> None:
        self.number, self.begun = 0, 0

    def count(self, text: str) -> None:
        """Take notice of a chunk, which is far shorter than the longest line. May raise."""
        self.number += text.count("\n")
        first = text.find("\n")
        if self.begun + (len(text) if first < 0 else first) > MAX_LINE:
            raise UnreadableFile(
                _("Line %(line)s is longer than %(limit)s characters. Is this a table?")
                % {"line": self.number + 1, "limit": MAX_LINE}
            )
        self.begun = self.begun + len(text) if first < 0 else len(text) - text.rfind("\n") - 1
        check_rows(self.number)
