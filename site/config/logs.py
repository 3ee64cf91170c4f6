"""How log lines look and where they go."""

from typing import Any


def logging_settings(form: str, directory: str) -> dict[str, Any]:
    """Return a `logging.config` dictionary; `form` is "plain" or "json"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"], "level": "INFO"},
    }
