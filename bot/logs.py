"""Structured logs without anything personal or secret in them.

Keys that could carry tokens, phones or words are masked whatever is logged
under them, and user ids are shortened to a mark that cannot be turned back.
Of an exception only its kind and its place are kept: its text, and the
variables around it, may repeat what a member wrote.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sys
import traceback
from collections.abc import Callable
from typing import Any

import structlog

SECRET = re.compile(
    r"token|secret|signature|authorization|cookie|password|phone|email|birthday|body|text", re.I
)
WORDS = re.compile(r"^(name|question|content|messages?|said|data|reply)$", re.I)
USER_ID = re.compile(r"\b[UCR][0-9a-f]{32}\b")
PHONE = re.compile(r"(?<!\d)(?:09\d{2}|\+?886[ -]?9\d{2})[ -]?\d{3}[ -]?\d{3}(?!\d)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
BEARER = re.compile(r"(?i)(bearer|x-line-signature:?) +[\w+/=.-]+")
# what others say of us on their own; sqlalchemy.engine would write down every value
SERVER = "gunicorn"  # what it says of itself names ports and processes, nobody's words
QUIET = {"apscheduler": logging.ERROR, "sqlalchemy": logging.WARNING, "asyncio": logging.WARNING}

# told of every error, masked, with the exception itself: see bot/errors.py
REPORTERS: list[Callable[[dict[str, Any], BaseException | None], None]] = []


def configure(log_format: str = "text", *, quiet: bool = False, level: int = logging.INFO) -> None:
    """Set up logging for this process: `json` for machines, `text` for people; to stderr.

    `quiet` leaves only what went wrong.
    """
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, report, without_text, redact, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else level),
        # asked for each time: a terminal may be put in its place
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    _libraries(shared, renderer)


def report(_logger: Any, _method: str, entry: Any) -> Any:
    """Hand an error on to whoever collects them."""
    if REPORTERS and entry.get("level") in {"error", "critical"}:
        error = _exception(entry)
        masked = redact(None, "", without_text(None, "", dict(entry)))
        for tell in REPORTERS:
            tell(masked, error)
    return entry


def without_text(_logger: Any, _method: str, entry: Any) -> Any:
    """An exception as the places it passed through and its kind."""
    error = _exception(entry)
    entry.pop("exc_info", None)
    if error is not None:
        entry["exception"] = "".join(_places(error)).rstrip()
    return entry


def redact(_logger: Any, _method: str, entry: Any) -> Any:
    """Mask what must not be written down."""
    return {name: _masked(str(name), value) for name, value in entry.items()}


def _libraries(shared: list[Any], renderer: Any) -> None:
    """What libraries log goes the same way, as far as it is a fixed sentence."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, _sentence],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            report,
            without_text,
            redact,
            renderer,
        ],
    )
    handler = _Stderr()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, _Stderr)] + [handler]
    root.setLevel(logging.WARNING)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)


class ServerLog:
    """What gunicorn logs with, as its `logger_class`: its lines go the way of all others."""

    def __new__(cls, cfg: Any) -> Any:
        """Made here, because only the web has gunicorn."""
        from gunicorn.glogging import Logger

        class Ours(Logger):  # type: ignore[misc]
            def setup(self, cfg: Any) -> None:
                self.loglevel = logging.INFO
                for log in (self.error_log, self.access_log):
                    log.handlers, log.propagate = [], True
                    log.setLevel(self.loglevel)

            def reopen_files(self) -> None:
                """There are none."""

        return Ours(cfg)


class _Stderr(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(self.format(record) + "\n")


def _sentence(_logger: Any, _method: str, entry: Any) -> Any:
    record = entry["_record"]
    # not its arguments: they may be anybody's words
    its_own = record.name.startswith(SERVER) and record.levelno <= logging.INFO
    said = str(entry["event"] if its_own else record.msg)
    entry["event"] = said.partition("\n")[0]
    entry["logger"] = record.name
    return entry


def _exception(entry: Any) -> BaseException | None:
    given = entry.get("exc_info")
    error = sys.exc_info()[1] if given is True else given
    error = error[1] if isinstance(error, tuple) else error
    return error if isinstance(error, BaseException) else None


def _places(error: BaseException) -> list[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    earlier = [*_places(cause), "then\n"] if cause is not None else []
    return [*earlier, *traceback.format_tb(error.__traceback__), f"{type(error).__qualname__}\n"]


def _masked(name: str, value: Any) -> Any:
    if name != "event" and SECRET.search(name):
        return "***"
    if isinstance(value, dict):
        return {key: _masked(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(name, inner) for inner in value]
    if isinstance(value, str):
        return "***" if WORDS.search(name) else _cleaned(value)
    return value if isinstance(value, int | float | None) else _cleaned(str(value))


def _cleaned(text: str) -> str:
    text = PHONE.sub("09********", USER_ID.sub(_mark, text))
    return BEARER.sub(r"\1 ***", EMAIL.sub("***@***", text))


def _mark(found: re.Match[str]) -> str:
    return f"user-{hashlib.sha256(found.group().encode()).hexdigest()[:10]}"
