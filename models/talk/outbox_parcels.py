"""Messages in a sender's hands, and what a claim came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from models.talk.outbox_records import Kind
from models.talk.policy import Purpose


class Parcel(NamedTuple):
    """A message in a sender's hands: what to send, and what was true before this try."""

    id: int
    lease: str
    kind: Kind
    to_id: str
    reply_token: str | None
    body: str
    retry_key: str
    rule: str
    period: str
    purpose: Purpose
    essential: bool
    attempts: int
    due_at: datetime
    use_until: datetime | None
    claimed_at: datetime
    first_tried_at: datetime | None
    counted_at: datetime | None
    urgent: bool
    probe: bool

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The message objects of the body."""
        found: list[dict[str, Any]] = orjson.loads(self.body)
        return found


@dataclass
class Batch:
    """What a claim came to: messages to send, those that ended or were parked, those put off.

    `late` are answers that missed their moment: dropped, or pushed instead.
    """

    parcels: list[Parcel] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)
    moved: int = 0
    late: Counter[str] = field(default_factory=Counter)

    @property
    def idle(self) -> bool:
        return not (self.parcels or self.ended or self.moved)
