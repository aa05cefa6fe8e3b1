"""The kinds of pushes that must arrive exactly once (P5), whatever happens to who sends them.

A feature that pushes something of a new kind adds one line: how it differs from a notice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.people.consents import Topic
from models.talk.outbox import Draft
from models.talk.policy import Purpose

MESSAGES: dict[str, dict[str, Any]] = {
    "notice": {},
    "urgent notice": {"urgent": True},
    "offer": {"topic": Topic.OFFERS, "purpose": Purpose.MARKETING, "capped": False},
    "news": {"topic": Topic.NEWS, "purpose": Purpose.MARKETING, "capped": False},
}


def drafts(people: dict[str, int], each: int, *, now: datetime) -> list[Draft]:
    """So many messages for each of the people (LINE id -> member id), of all kinds in turn."""
    kinds = list(MESSAGES)
    return [
        _draft(kinds[(place + number) % len(kinds)], number, to_id, member_id, now)
        for number in range(each)
        for place, (to_id, member_id) in enumerate(people.items())
    ]


def _draft(kind: str, number: int, to_id: str, member_id: int, now: datetime) -> Draft:
    values: dict[str, Any] = {
        "key": f"chaos:{number}:{member_id}",
        "rule": f"chaos {kind}",
        "period": str(number),
        "member_id": member_id,
        "to_id": to_id,
        "messages": [{"type": "text", "text": f"第 {number} 則"}],
        "topic": Topic.SERVICE,
        "purpose": Purpose.SERVICE,
        "due_at": now,
    }
    return Draft(**values | MESSAGES[kind])
