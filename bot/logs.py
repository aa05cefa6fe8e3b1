"""Structured logs without anything personal or secret in them.

Keys that could carry tokens, phones or words are masked whatever is logged
under them, and user ids are shortened to a mark that cannot be turned back.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sys
from typing import Any

import structlog

SECRET = re.compile(r"token|secret|signature|authorization|password|phone|body|text", re.I)
USER_ID = re.compile(r"\b[UCR][0-9a-f]{32}\b")
PHONE = re.compile(r"\b09\d{2}-?\d{3}-?\d{3}\b")


def configure(log_format: str = "text", *, quiet: bool = False) -> None:
    """Set up logging for this process: `json` for machines, `text` for people; to stderr.

    `quiet` leaves only what went wrong.
    """
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if quiet else logging.INFO
        ),
        # asked for each time: a terminal may be put in its place
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def redact(_logger: Any, _method: str, entry: Any) -> Any:
    """Mask what must not be written down."""
    return {name: _masked(name, value) for name, value in entry.items()}


def _masked(name: str, value: Any) -> Any:
    if SECRET.search(name) and name != "event":
        return "***"
    if isinstance(value, str):
        return PHONE.sub("09********", USER_ID.sub(_mark, value))
    return value


def _mark(found: re.Match[str]) -> str:
    return f"user-{hashlib.sha256(found.group().encode()).hexdigest()[:10]}"
