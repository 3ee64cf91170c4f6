"""Whether every text is translated (make check); collects new texts (make messages)."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.shared import ROOT

LANGUAGES = ["ru"]
SOURCES = ("*.py", "*.html", "*.txt")
NOT_OURS = {".venv", "var", "build", "dist", "tests", "bench", "docs", "locale"}


def catalogue_path(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def sources() -> Iterator[Path]:
    """Return the files that may hold texts to translate, relative to the root."""
    for pattern in SOURCES:
        for path in ROOT.rglob(pattern):
            relative = path.relative_to(ROOT)
            if not NOT_OURS.intersection(relative.parts):
                yield relative


def collect(root: Path, languages: list[str]) -> None:
    """Run makemessages on the tree at `root`."""
    options = [part for language in languages for part in ("--locale", language)]
    command = [sys.executable, "-m", "django", "makemessages", "--no-location", "--no-obsolete"]
    subprocess.run(
        [*command, "--verbosity", "0", *options, *(f"--ignore={name}" for name in NOT_OURS)],
        cwd=root,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": ""},
        check=True,
    )


def collected(language: str) -> Catalog:
    """Return what makemessages finds in a copy of the sources."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for path in sources():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, root / path)
        (root / "locale").mkdir()
        collect(root, [language])
        return read(catalogue_path(root, language), language)


def key(message: Message) -> tuple[str | None, str]:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, str(text)


def mistakes_in(catalogue: Catalog) -> Iterator[str]:
    """Return what is wrong with a catalogue as it stands."""
    for message in catalogue:
        if not message.id:
            continue
        texts = [message.string] if isinstance(message.string, str) else message.string or [""]
        if message.fuzzy:
            yield f"uncertain (fuzzy): {key(message)[1]!r}"
        elif not all(texts):
            yield f"not translated: {key(message)[1]!r}"
        for error in message.check(catalogue):
            yield f"{error}: {key(message)[1]!r}"


def differences(catalogue: Catalog, found: Catalog) -> Iterator[str]:
    """Return what the sources say and the catalogue does not, and the other way round."""
    ours = {key(message) for message in catalogue if message.id}
    theirs = {key(message) for message in found if message.id}
    yield from (
        f"missing (make messages adds it): {text!r}" for _, text in sorted_keys(theirs - ours)
    )
    yield from (f"not used any more: {text!r}" for _, text in sorted_keys(ours - theirs))


def sorted_keys(keys: set[tuple[str | None, str]]) -> list[tuple[str | None, str]]:
    return sorted(keys, key=lambda pair: (pair[0] or "", pair[1]))


def mistakes(language: str) -> Iterator[str]:
    """Return everything that is wrong with a language."""
    path = catalogue_path(ROOT, language)
    if not path.exists():
        yield f"there is no {path.relative_to(ROOT)}"
        return
    catalogue = read(path, language)
    yield from mistakes_in(catalogue)
    if shutil.which("xgettext"):
        yield from differences(catalogue, collected(language))
    elif os.environ.get("REQUIRE_SERVICES"):
        yield "xgettext is not installed, so texts that are missing cannot be found"
    else:
        say("xgettext is not installed: whether texts are missing is left out.")


def say(text: str) -> None:
    print(text, flush=True)


def main(update: bool) -> int:
    """Check all languages, or bring their catalogues up to date; return the exit status."""
    if update:
        collect(ROOT, LANGUAGES)
        return 0
    found = [f"{language}: {each}" for language in LANGUAGES for each in mistakes(language)]
    for each in found:
        say(each)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main("--update" in sys.argv))
