"""Limits among the settings."""

from django.core.exceptions import ImproperlyConfigured
from environ import Env


def number_of_letters(env: Env, name: str) -> int:
    """Return the limit `name`; 0 is none.

    Raises ImproperlyConfigured, so that neither the site nor a worker starts: without a limit that
    somebody wished for, letters would leave too fast.
    """
    text = env.str(name, default="").strip() or "0"
    if text.isascii() and text.isdigit():
        return int(text)
    raise ImproperlyConfigured(
        f"{name} is {text!r}, which is no number of letters."
        " Set it to a whole number, or to 0 for no limit."
    )
