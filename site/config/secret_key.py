"""A secret key for local work, made once and kept."""

from pathlib import Path

from django.core.management.utils import get_random_secret_key


def kept_secret_key(directory: Path) -> str:
    """Return the key kept in `directory`, making it on the first call."""
    path = directory / "secret_key"
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="ascii") as file:
                file.write(get_random_secret_key())
        except FileExistsError:
            pass
        path.chmod(0o600)
    return path.read_text(encoding="ascii")
