"""Which group-buys the messages of a body show, read off the buttons of their cards.

A card shows what its buttons order or open; texts show nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy.orm import Session

from models.shop import posts, showings
from models.shop.showings import Shown
from models.talk.outbox_complete import Outcome
from models.talk.outbox_parcels import Parcel
from models.talk.outbox_records import Kind

NUMBER = r"(\d{1,9})"
ORDERS = re.compile(rf"{NUMBER} (\S{{0,10}})\+1")
OPENS = re.compile(rf"(?:團購|提醒我|確認候補) {NUMBER}|(?:訂單|取消|改訂單) {NUMBER}-\d{{1,9}}")
HINT = re.compile(r'"data":"(?:\d{1,9} \S{0,10}\+1|[團提確訂取改]\S{1,3} \d)')


def in_each(body: str) -> tuple[tuple[Shown, ...], ...]:
    """What each message of a body shows, in their order."""
    return _read(body) if HINT.search(body) else ()


def keep(session: Session, done: Sequence[tuple[Parcel, Outcome]], *, now: datetime) -> None:
    """Remember under which ids LINE put what it shows into the chats."""
    found: dict[str, tuple[Shown, ...]] = {}
    for parcel, outcome in done:
        if not outcome.message_ids:
            continue
        if parcel.reply_token and in_a_group(parcel):
            posts.sent(session, parcel.reply_token, outcome.message_ids)
        for message_id, shown in zip(outcome.message_ids, in_each(parcel.body), strict=False):
            if shown:
                found[message_id] = shown
    showings.keep(session, found, now=now)


def may_be_quoted(parcel: Parcel) -> bool:
    """Whether it has to be known under which ids its messages appear."""
    return in_a_group(parcel) or bool(in_each(parcel.body))


def in_a_group(parcel: Parcel) -> bool:
    """Whether it is an answer there: who reads it may quote it."""
    return parcel.kind is Kind.REPLY and not parcel.to_id.startswith("U")


@lru_cache(maxsize=256)
def _read(body: str) -> tuple[tuple[Shown, ...], ...]:
    """A campaign says the same to many: that is read once."""
    messages: list[dict[str, Any]] = orjson.loads(body)
    return tuple(_shown(message.get("contents")) for message in messages)


def _shown(contents: Any) -> tuple[Shown, ...]:
    codes: dict[int, set[str]] = {}
    for data in _said(contents):
        if ordered := ORDERS.fullmatch(data):
            codes.setdefault(int(ordered[1]), set()).add(ordered[2])
        elif opened := OPENS.fullmatch(data):
            codes.setdefault(int(opened[1] or opened[2]), set())
    return tuple(Shown(number, _only(named)) for number, named in codes.items())


def _only(codes: set[str]) -> str | None:
    """The one item that is named, where there is but one."""
    return next(iter(codes)) or None if len(codes) == 1 else None


def _said(block: Any) -> list[str]:
    """What the buttons in a block say, in their order."""
    if isinstance(block, list):
        return [data for part in block for data in _said(part)]
    if not isinstance(block, Mapping):
        return []
    data = block.get("data")
    own = [data] if isinstance(data, str) and "type" in block else []
    return own + [each for part in block.values() for each in _said(part)]
