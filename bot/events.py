"""One webhook event, read from the JSON that LINE sent, whatever it holds.

LINE adds event types, message types and properties without notice, and the
SDK's models drop what they don't know (its `UnknownEvent` keeps neither source
nor reply token). So the JSON is read directly: a part that is missing or of
another type than expected reads as absent, and nothing here raises.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from bot import taps
from models.talk.inbox import Arrival

PLAIN = re.compile(r"[!-~]{1,64}", re.ASCII)
TOKEN = re.compile(r"[!-~]{1,300}", re.ASCII)
CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


@dataclass(frozen=True)
class Incoming:
    """What happened, as far as it is understood.

    `place` is user, group, room, or something LINE adds some day; `user_id` is
    absent for group members who gave LINE no consent; `group_id` is set in
    groups and rooms; `reply_token` is absent in standby and for events that
    cannot be answered. `tapped` is the broadcast whose button says `data`.
    """

    kind: str
    active: bool
    place: str | None
    user_id: str | None
    group_id: str | None
    reply_token: str | None
    occurred_at: datetime
    redelivered: bool
    message_type: str | None
    message_id: str | None
    text: str
    data: str
    raw: dict[str, Any]
    tapped: int | None = None

    @property
    def direct(self) -> bool:
        """Whether it happened in a 1:1 chat, where private things may be said."""
        return self.place == "user" and self.user_id is not None

    @property
    def words(self) -> str | None:
        """What was said, typed or by a button; None for what is no text."""
        if self.kind == "postback":
            # a picked date follows the words as if it had been typed
            picked = _text(_part(_part(self.raw, "postback"), "params"), "date")
            return f"{self.data} {picked}" if picked else self.data
        return self.text if self.kind == "message" and self.message_type == "text" else None

    @property
    def quoted_id(self) -> str | None:
        """The id of the message that this one answers."""
        return _identifier(_part(self.raw, "message"), "quotedMessageId")

    @property
    def unsent_id(self) -> str | None:
        """The id of the message that was taken back."""
        return _identifier(_part(self.raw, "unsend"), "messageId")

    @property
    def unmentioned(self) -> str:
        """The text without the places where it mentions us; LINE counts in UTF-16 units."""
        mentionees = _part(_part(self.raw, "message"), "mention").get("mentionees")
        units = self.text.encode("utf-16-le", "surrogatepass")
        for each in reversed(mentionees) if isinstance(mentionees, list) else ():
            place = each if isinstance(each, dict) and each.get("isSelf") is True else {}
            start, length = place.get("index"), place.get("length")
            if isinstance(start, int) and isinstance(length, int) and start >= 0 < length:
                units = units[: start * 2] + units[(start + length) * 2 :]
        return units.decode("utf-16-le", "replace").strip()


def read(raw: dict[str, Any], *, received_at: datetime) -> Incoming:
    """The event that this JSON object describes."""
    source, message = _part(raw, "source"), _part(raw, "message")
    data, tapped = taps.parted(_text(_part(raw, "postback"), "data") or "")
    return Incoming(
        kind=_text(raw, "type") or "unknown",
        active=raw.get("mode", "active") == "active",
        place=_text(source, "type"),
        user_id=_identifier(source, "userId"),
        group_id=_identifier(source, "groupId") or _identifier(source, "roomId"),
        reply_token=_identifier(raw, "replyToken", TOKEN),
        occurred_at=_instant(raw.get("timestamp"), received_at),
        redelivered=_part(raw, "deliveryContext").get("isRedelivery") is True,
        message_type=_text(message, "type"),
        message_id=_identifier(message, "id"),
        text=(_text(message, "text") or "").translate(CONTROL),
        data=data.translate(CONTROL),
        raw=raw,
        tapped=tapped,
    )


def arrival(raw: dict[str, Any], *, received_at: datetime) -> Arrival:
    """The event as the inbox keeps it; one without a usable id is known by its content."""
    event = read(raw, received_at=received_at)
    body = orjson.dumps(raw)
    event_id = raw.get("webhookEventId")
    if not isinstance(event_id, str) or not PLAIN.fullmatch(event_id):
        event_id = hashlib.sha256(body).hexdigest()
    return Arrival(
        event_id=event_id,
        person=event.user_id or event.group_id or "",
        kind=event.kind.translate(CONTROL)[:40],
        redelivered=event.redelivered,
        occurred_at=event.occurred_at,
        body=body.decode(),
    )


def _part(raw: dict[str, Any], name: str) -> dict[str, Any]:
    part = raw.get(name)
    return part if isinstance(part, dict) else {}


def _text(raw: dict[str, Any], name: str) -> str | None:
    value = raw.get(name)
    return value if isinstance(value, str) and value else None


def _identifier(raw: dict[str, Any], name: str, form: re.Pattern[str] = PLAIN) -> str | None:
    value = _text(raw, name)
    return value if value and form.fullmatch(value) else None


def _instant(value: object, fallback: datetime) -> datetime:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 4102444800000:
        return datetime.fromtimestamp(value / 1000, UTC)
    return fallback
