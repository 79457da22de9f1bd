"""Logs: one JSON object a line, or coloured text on a terminal; never personal data.

Addresses of pages carry one-time tokens, and messages of exceptions carry values of rows, so neither is
ever written: a request is logged by its route's name, an exception by its type and where it was raised.
"""

import logging
import logging.config
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_FRAMES = 12
_PACKAGE_MARK = "site-packages/"


def configure_logging(options: dict[str, Any]) -> None:
    """Configure structlog and the standard library's logging; settings.LOGGING_CONFIG names this.

    Args:
        options: settings.LOGGING: ``as_json`` and ``level``.

    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_the_error,
    ]
    renderer: Processor = (
        # In ASCII: names of delivered files may hold signs that a terminal obeys, such as U+009B.
        structlog.processors.JSONRenderer(ensure_ascii=True)
        if options["as_json"]
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    }
    logging.config.dictConfig(_to_stderr(formatter, level=options["level"]))


def _to_stderr(formatter: dict[str, Any], *, level: str) -> dict[str, Any]:
    """Return the standard library's configuration: everything goes to stderr, in one form."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"no_address": {"()": WithoutAddress}},
        "formatters": {"structured": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "django.request": {"filters": ["no_address"]},
            "django.security.csrf": {"filters": ["no_address"]},
            # They tell every step of making a PDF, and that reading one begins.
            "pikepdf": {"level": "WARNING"},
            "weasyprint": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
        },
    }


class WithoutAddress(logging.Filter):
    """Keeps Django from logging addresses: drops refusals, which the request's own line tells."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let only unhandled exceptions pass, stripped of the address and of the request."""
        record.msg, record.args = "request.unhandled_error", ()
        record.__dict__.pop("request", None)
        return bool(record.exc_info)


def name_the_error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and the places it came through, without its message."""
    exc_info = event.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        event["error"] = type(error).__name__
        event["trace"] = [
            f"{frame.filename.rpartition(_PACKAGE_MARK)[2]}:{frame.lineno} {frame.name}" for frame in frames
        ]
    return event
