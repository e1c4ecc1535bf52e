"""Where the server's log lines go, and how they look: one line an event, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Literal

import structlog
from structlog.typing import Processor

LogFormat = Literal["json", "text"]

STAMPED: Sequence[Processor] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
)
"""What each line has: its time, its level and the id of the request it belongs to."""

_OURS = {"status", "client", "reason"}
"""What plain loggers may add; uvicorn would add its text once more in colours."""

# Without the values of variables: keys are among them.
_AS_DATA = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def fitting_format() -> LogFormat:
    """Text where a person looks at it, else JSON."""
    return "text" if sys.stderr.isatty() else "json"


def log_config(log_format: LogFormat) -> dict[str, Any]:
    """The configuration for `logging.config.dictConfig`: our lines and uvicorn's, all alike.

    Args:
        log_format: JSON for programs, or text for people.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*STAMPED, structlog.stdlib.ExtraAdder(_OURS)],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_rendered(log_format),
                ],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {
            name: {"handlers": ["stderr"], "level": "INFO", "propagate": False}
            for name in ("nightdesk", "uvicorn")
        },
    }


def _rendered(log_format: LogFormat) -> list[Processor]:
    if log_format == "json":
        return [
            structlog.processors.ExceptionRenderer(_AS_DATA),
            structlog.processors.JSONRenderer(),  # in ASCII: a line is a line to every reader
        ]
    colors = sys.stderr.isatty()
    # With strings as Python writes them: a line break in one begins no line.
    return [
        structlog.dev.ConsoleRenderer(
            colors=colors,
            repr_native_str=True,
            timestamp_key="time",
            exception_formatter=structlog.dev.plain_traceback,
        )
    ]
