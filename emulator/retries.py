"""Retry keys: a request accepted once is not accepted again for 24 hours.

Only accepted requests are remembered: after a refusal the key is free. LINE does not
say how far a key reaches; here it is the whole channel, whatever the endpoint.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

KEPT = timedelta(hours=24)
FORM = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Accepted(NamedTuple):
    """The first request that was accepted under a key, and what it answered."""

    at: datetime
    request_id: str
    sent: list[dict[str, str]] | None


class RetryKeys:
    def __init__(self) -> None:
        self._accepted: dict[str, Accepted] = {}

    def accept(
        self, key: str, now: datetime, request_id: str, sent: list[dict[str, Any]] | None
    ) -> None:
        self._accepted[key.lower()] = Accepted(now, request_id, sent)

    def find(self, key: str, now: datetime) -> Accepted | None:
        """The accepted request of this key, unless it is too long ago."""
        found = self._accepted.get(key.lower())
        return found if found is not None and now - found.at < KEPT else None
