"""How log lines look and where they go.

Everything is logged through the standard library or structlog, and drawn by one formatter that
adds what `structlog.contextvars` hold: the request's id and user, or a task's mailing and attempt.
"""

from pathlib import Path
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper
from structlog.types import EventDict, Processor, WrappedLogger

#: What Django attaches to its records and what would only repeat the message or cannot be printed.
NOISE = ("request", "server_time", "sql", "params", "alias")

#: Each of LOG_DIR's files and the lowest level that it takes.
FILES = {"application": "DEBUG", "errors": "ERROR", "sql": "DEBUG"}


def _without_noise(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    for key in NOISE:
        event.pop(key, None)
    return event


def _shared_processors() -> list[Processor]:
    """Return what is done to every line, whichever library it was logged with."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _without_noise,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _renderers(form: str) -> list[Processor]:
    """Return what turns a line's facts into text."""
    if form == "json":
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    if form == "plain":
        formatter = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=formatter)]
    raise ImproperlyConfigured(f"LOG_FORMAT is {form!r}; it can be plain or json.")


def _formatter(form: str) -> dict[str, Any]:
    clean = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _shared_processors(),
        "processors": [clean, *_renderers(form)],
    }


def _file_handler(directory: str, name: str) -> dict[str, Any]:
    return {
        "class": "config.log_files.SharedRotatingFileHandler",
        "filename": str(Path(directory) / f"{name}.log"),
        "formatter": "line",
        "level": FILES[name],
    }


def logging_settings(form: str, level: str, directory: str, sql: bool) -> dict[str, Any]:
    """Return a `logging.config` dictionary.

    Lines go to stdout and, where a `directory` is given, to application.log and errors.log in it.
    With `sql` every statement is logged: to sql.log in the directory, else to stdout. It holds
    what is asked and stored, people's addresses among it.
    """
    files = FILES if directory else {}
    console = {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}
    handlers = {name: _file_handler(directory, name) for name in files if sql or name != "sql"}
    everything = ["console", *(name for name in handlers if name != "sql")]
    statements = ["sql"] if directory else ["console"]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": _formatter(form)},
        "handlers": {"console": console, **handlers},
        "root": {"handlers": everything, "level": level},
        "loggers": {
            **_quiet_loggers(level),
            **({"django.db.backends": _sql_logger(statements)} if sql else {}),
        },
    }


def _sql_logger(handlers: list[str]) -> dict[str, Any]:
    return {"handlers": handlers, "level": "DEBUG", "propagate": False}


def _quiet_loggers(level: str) -> dict[str, Any]:
    """Return loggers that would repeat ours, line for line, at their own levels."""
    inherited = {"handlers": [], "propagate": True}
    queue = level if level == "DEBUG" else "WARNING"
    return {
        "django": {**inherited, "level": "INFO"},
        "django.server": {**inherited, "level": "WARNING"},
        "django-q": {**inherited, "level": queue},
        "django_tasks": {**inherited, "level": queue},
        "mail": {**inherited, "level": "WARNING"},
    }


def structlog_settings() -> dict[str, Any]:
    """Return the arguments of `structlog.configure`: its loggers end in the standard library's."""
    return {
        "processors": [
            structlog.stdlib.filter_by_level,
            *_shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        "logger_factory": structlog.stdlib.LoggerFactory(),
        "wrapper_class": structlog.stdlib.BoundLogger,
    }


def begin_task(sender: object, task: dict[str, Any], **kwargs: object) -> None:
    """Forget the last task of this worker; the new one's lines bear its name."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task=task["name"])


def record_sql(sender: object, connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Let Django log the statements of a connection although DEBUG is off."""
    connection.force_debug_cursor = True
