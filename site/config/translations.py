"""Turns catalogues (.po) into what Django reads (.mo), without any program of the system."""

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogues(directory: Path) -> list[Path]:
    """Compile the catalogues under `directory` that changed; return the files written."""
    return [_compile(source) for source in sorted(directory.rglob("*.po")) if _is_stale(source)]


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path) -> Path:
    """Write the .mo beside `source` in one step, as other processes may be reading it."""
    target = source.with_suffix(".mo")
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3])
    descriptor, unfinished = tempfile.mkstemp(dir=source.parent, suffix=".part")
    with os.fdopen(descriptor, "wb") as file:
        write_mo(file, catalogue)
    return Path(unfinished).replace(target)
