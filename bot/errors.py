"""Errors told to Sentry, if SENTRY_DSN is set: what went wrong and where, nobody's words.

Nothing is collected by the SDK on its own. An event is written here from the
masked line of the log and the places an exception passed through; variables,
texts of exceptions and requests never come near it.
"""

from __future__ import annotations

import atexit
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot import logs

ROOT = Path(__file__).resolve().parent.parent
TAGS = (
    "request_id",
    "event_id",
    "inbox_id",
    "outbox_id",
    "job",
    "period",
    "kind",
    "part",
    "error",
)
KEPT = ("event_id", "timestamp", "level", "logger", "message", "tags", "exception", "platform")
FLUSH_SECONDS = 2.0


def install(dsn: str) -> None:
    """Report every error that is logged from now on."""
    import sentry_sdk  # 0.1 s that a shop without it does not wait for

    sentry_sdk.init(
        dsn,
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        send_client_reports=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="",
        before_send=stripped,
    )
    logs.REPORTERS[:] = [_tell]
    atexit.register(sentry_sdk.flush, FLUSH_SECONDS)


def described(line: dict[str, Any], error: BaseException | None) -> dict[str, Any]:
    """An event for Sentry from a masked line of the log and what was raised."""
    found: dict[str, Any] = {
        "level": line.get("level", "error"),
        "logger": str(line.get("logger", "tuanyou")),
        "message": str(line.get("event", "")),
        "tags": {name: str(line[name]) for name in TAGS if name in line},
    }
    if error is not None:
        found["exception"] = {"values": list(_raised(error))}
    return found


def stripped(event: Any, _hint: Any) -> Any:
    """What of an event leaves the machine: named here, or not at all."""
    return {name: event[name] for name in KEPT if name in event}


def _tell(line: dict[str, Any], error: BaseException | None) -> None:
    import sentry_sdk

    if not str(line.get("logger", "")).startswith(("sentry_sdk", "urllib3")):
        sentry_sdk.capture_event(described(line, error))  # type: ignore[arg-type]


def _raised(error: BaseException) -> Iterator[dict[str, Any]]:
    """The exception and what it came from, the first cause first."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _raised(cause)
    frames = [
        {
            "filename": _place(frame.filename),
            "function": frame.name,
            "lineno": frame.lineno,
            "in_app": Path(frame.filename).is_relative_to(ROOT),
        }
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    # Sentry groups by kind and place; the text would repeat what a member wrote
    yield {
        "type": type(error).__qualname__,
        "module": type(error).__module__,
        "value": "",
        "stacktrace": {"frames": frames},
    }


def _place(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
