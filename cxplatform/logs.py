"""Logs are JSON lines on standard error, one event each, and never hold personal data."""

import logging.config
import re
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied

_PERSONAL = re.compile(r"(/[arv]/)[\w-]+")


def mask_links(_logger: Any, _method: str, event: Any) -> Any:
    """Hide what follows /a/, /r/ and /v/ in every text of an event: a link of one's own opens somebody's answers."""
    return {name: _masked(value) for name, value in event.items()}


def _masked(value: Any) -> Any:
    return _PERSONAL.sub(r"\1...", value) if isinstance(value, str) else value


def refusals_in_a_line(_logger: Any, _method: str, event: Any) -> Any:
    """Whoever may not is told so; a traceback beside the line would tell the operator of an error that is none."""
    told = event.get("exc_info")
    if isinstance(told, tuple) and isinstance(told[1], PermissionDenied):
        del event["exc_info"]
    return event


_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    refusals_in_a_line,
    structlog.processors.format_exc_info,
]


def logging_config(*, level: str) -> None:
    """Send structlog and the standard library through one JSON formatter."""
    structlog.configure(
        processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": _shared,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        mask_links,  # last: a logged line has its arguments in it by now
                        structlog.processors.JSONRenderer(),
                    ],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {"django.server": {"level": "WARNING"}},
        }
    )
