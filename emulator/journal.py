"""Everything that went over the wire, in both directions, bounded."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson


@dataclass(slots=True)
class LogEntry:
    """`direction` is `api` or `webhook`; `status` None means there was no answer."""

    seq: int
    at: datetime
    direction: str
    method: str
    path: str
    status: int | None
    ms: float
    sent: bytes
    answered: bytes

    @property
    def request(self) -> Any:
        return readable(self.sent)

    @property
    def response(self) -> Any:
        return readable(self.answered)


class Journal(deque[LogEntry]):
    """The newest entries, oldest first."""

    def after(self, seq: int) -> list[LogEntry]:
        return [entry for entry in self if entry.seq > seq]


def readable(body: bytes) -> Any:
    """JSON as it is, anything else as its size."""
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return f"{len(body)} bytes"
