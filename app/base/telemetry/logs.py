"""Structured log lines: a constant sentence with fields, and the correlation id of what was being served.

Never logged: source text, input, secrets. Callers pass ids and figures.
"""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar, Token
from typing import Any

import msgspec
import structlog

from app.base.settings import Settings

_correlation: ContextVar[str] = ContextVar("alloy_correlation", default="")
_encode = msgspec.json.Encoder(enc_hook=str).encode


def correlation_id() -> str:
    """The id of the request or job being served; empty outside of one."""
    return _correlation.get()


def bind_correlation(value: str) -> Token[str]:
    """Serve under this correlation id from here on, in this task."""
    return _correlation.set(value)


def configure_logs(settings: Settings) -> None:
    """Write log lines to standard error as the settings say."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[structlog.typing.Processor] = [
        _add_correlation,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if settings.log_format == "json":
        structlog.configure(
            processors=[*shared, structlog.processors.format_exc_info, _to_json],
            wrapper_class=structlog.make_filtering_bound_logger(level),
            logger_factory=_bytes_logger,
            cache_logger_on_first_use=False,
        )
    else:
        structlog.configure(
            processors=[*shared, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())],
            wrapper_class=structlog.make_filtering_bound_logger(level),
            logger_factory=_print_logger,
            cache_logger_on_first_use=False,
        )


def logger() -> structlog.typing.FilteringBoundLogger:
    """A logger as configured."""
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return bound


# Standard error is looked up for each line: whoever replaces it and closes the replacement (a command's test runner does)
# must not break the lines that come after.


def _bytes_logger(*_names: object) -> structlog.BytesLogger:
    return structlog.BytesLogger(sys.stderr.buffer)


def _print_logger(*_names: object) -> structlog.PrintLogger:
    return structlog.PrintLogger(sys.stderr)


def _add_correlation(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    current = _correlation.get()
    if current:
        event["correlation_id"] = current
    return event


def _to_json(_logger: object, _method: str, event: Mapping[str, Any]) -> bytes:
    return _encode(event)
