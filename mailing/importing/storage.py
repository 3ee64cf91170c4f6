"""Where files lie while they are imported: in a directory of their own that nothing serves."""

import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from mailing.models import Import

#: The file as it came, the same as text, and the addresses that were met in it.
SUFFIXES = ("file", "text", "seen")
STRAY_AFTER = 3600.0


def path_of(work: Import, suffix: str) -> Path:
    """Return where a file of an import lies. Its name has nothing of what its owner called it."""
    directory = Path(settings.IMPORT_DIR)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory / f"{work.pk}-{work.file_token}.{suffix}"


def remove_files(work: Import, *suffixes: str) -> None:
    """Remove the files of an import, or those named."""
    for suffix in suffixes or SUFFIXES:
        for path in path_of(work, "").parent.glob(f"{path_of(work, suffix).name}*"):
            path.unlink(missing_ok=True)


def remove_strays() -> None:
    """Remove the files of imports that are no more, or have no use for them.

    Young ones are left alone: their import may not be in the database yet.
    """
    directory = Path(settings.IMPORT_DIR)
    paths = list(directory.iterdir()) if directory.is_dir() else []
    used = set(
        Import.objects.filter(status__in=(*Import.OPEN, Import.Status.RUNNING)).values_list(
            "pk", "file_token"
        )
    )
    kept = {f"{pk}-{token}" for pk, token in used}
    for path in paths:
        if path.name.split(".")[0] not in kept and _age(path) > STRAY_AFTER:
            path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """Return how many seconds ago a file was written to."""
    with suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime
    return 0.0
