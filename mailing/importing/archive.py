"""A spreadsheet's zip archive, read with distrust."""

import errno
import tempfile
import xml.etree.ElementTree as ElementTree
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Self
from zipfile import BadZipFile, ZipFile
from zlib import error as BadDeflate  # noqa: N812

from django.utils.translation import gettext as _
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from mailing.importing.limits import UnreadableFile, check_unpacked_size

CHUNK = 1 << 16
#: What openpyxl lets through of an archive that is none, or holds something else.
_BROKEN = (
    BadZipFile, BadDeflate, ElementTree.ParseError,
    KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError,
    NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip


class Part:
    """A file of the archive that is counted while it is unpacked, and declares no entities."""

    def __init__(self, file: IO[bytes], archive: "Archive") -> None:
        self.file, self.archive, self.tail = file, archive, b""

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size >= 0:
            return self._read(size)
        return b"".join(iter(lambda: self._read(CHUNK), b""))

    def _read(self, size: int) -> bytes:
        chunk = self.file.read(size)
        self.archive.unpacked += len(chunk)
        check_unpacked_size(self.archive.unpacked)
        self.archive.beat()
        if b"<!DOCTYPE" in self.tail + chunk or b"<!ENTITY" in self.tail + chunk:
            raise UnreadableFile(
                _("The spreadsheet holds what none does. Save it anew and import that.")
            )
        self.tail = chunk[-8:]
        return chunk

    def close(self) -> None:
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class Archive(ZipFile):
    """Refuses to unpack more than the settings allow, whatever its directory says."""

    unpacked = 0
    beat: Callable[[], None]

    def open(self, *arguments: Any, **options: Any) -> Any:
        return Part(super().open(*arguments, **options), self)


class SharedStrings:
    """The texts of a spreadsheet, in a file: there may be millions of them."""

    def __init__(self, part: Any) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115
        self.ends = array("Q", [0])
        events = iterparse(part, events=("start", "end"))
        _event, root = next(events)
        for event, node in events:
            if event == "end" and node.tag == f"{{{SHEET_MAIN_NS}}}si":
                text = _text(node).encode(errors="replace")
                self.file.write(text)
                self.ends.append(self.ends[-1] + len(text))
                root.clear()

    def __getitem__(self, number: int) -> str:
        begin, end = self.ends[number], self.ends[number + 1]
        self.file.seek(begin)
        return self.file.read(end - begin).decode()

    def close(self) -> None:
        self.file.close()


def _text(node: Any) -> str:
    text: Any = Text.from_tree(node)
    return str(text.content).replace("x005F_", "")


class Workbook(ExcelReader):
    """Reads what is needed of a spreadsheet: its sheets, and the formats of its cells."""

    def __init__(self, file: IO[bytes], beat: Callable[[], None]) -> None:
        super().__init__(file, read_only=True, data_only=True, keep_links=False)
        self.archive: Any = Archive(file)
        self.archive.beat = beat
        check_unpacked_size(sum(entry.file_size for entry in self.archive.infolist()))

    def read_strings(self) -> None:
        part: Any = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings: Any = SharedStrings(source)

    def close(self) -> None:
        self.archive.close()
        if isinstance(self.shared_strings, SharedStrings):
            self.shared_strings.close()


@contextmanager
def distrust() -> Iterator[None]:
    """Raise UnreadableFile for what is wrong with a spreadsheet, not for trouble of the machine."""
    broken = UnreadableFile(
        _("This spreadsheet cannot be read. Save it as .xlsx or CSV and import that.")
    )
    try:
        yield
    except _BROKEN:
        raise broken from None
    except OSError as error:
        # openpyxl's own have no number, and EINVAL is what seeking a place before the first gives
        if error.errno not in {None, errno.EINVAL}:
            raise
        raise broken from None


@contextmanager
def opened(file: IO[bytes], beat: Callable[[], None]) -> Iterator[Any]:
    """Give the workbook in `file`, as openpyxl has it; `beat` is called again and again.

    Raises UnreadableFile. What is read of the workbook later is read under `distrust`.
    """
    with distrust():
        reader = Workbook(file, beat)
    try:
        with distrust():
            reader.read()
        yield reader.wb
    finally:
        reader.close()
