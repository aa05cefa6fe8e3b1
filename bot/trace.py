"""Each event that is handled: counted, and bound to every line logged while it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import orjson
from structlog.contextvars import bound_contextvars

from bot import metrics
from bot.ahead import Ahead
from models.talk.inbox import Stored

Self = TypeVar("Self")
More = ParamSpec("More")
Handle = Callable[Concatenate[Self, Any, Stored, More], None]
# LINE may send others; a label takes few values
KINDS = {
    *("message", "postback", "follow", "unfollow", "join", "leave", "memberJoined", "memberLeft"),
    *("unsend", "videoPlayComplete", "accountLink", "membership", "beacon", "things", "module"),
    "messageEdited",
}


def followed(handle: Handle[Self, More]) -> Handle[Self, More]:
    """Follow an event through its handling. What is undone and done again counts each time."""

    @wraps(handle)
    def handled(
        self: Self, session: Any, row: Stored, /, *given: More.args, **named: More.kwargs
    ) -> None:
        with bound_contextvars(inbox_id=row.id, event_id=row.event_id):
            outcome = "failed"
            try:
                handle(self, session, row, *given, **named)
                outcome = "handled"
            finally:
                metrics.count("events", kind=_kind(row, named.get("batch")), outcome=outcome)
            now = named.get("now")
            if isinstance(now, datetime):
                delay = (now - row.received_at).total_seconds()
                metrics.observe("handling_delay_seconds", delay)

    return handled


def _kind(row: Stored, batch: object) -> str:
    known = batch.events.get(row.id) if isinstance(batch, Ahead) else None
    kind = known.kind if known else orjson.loads(row.body).get("type")
    # strangers write anything here, a list too
    return kind if isinstance(kind, str) and kind in KINDS else "other"
