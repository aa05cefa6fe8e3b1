"""What an opening line says about the group-buy as a whole: times, pickup, delivery, for whom.

Pure. A tier above one that has a window of its own is never let in later than it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from models.base import N_, TAIPEI, local_day
from models.programme import Programme
from models.shop import opening_fields, opening_times
from models.shop.group_buy_terms import Delivery, GroupBuyTerms, ItemTerms
from models.shop.opening_fields import Field
from models.shop.opening_items import NO_COUNT, SAID_TWICE, BadTerms
from models.shop.opening_patterns import Kind

LONGEST_PLACE = 200
OPENING = time(0, 0)

PAST = N_("結單時間 {at} 已經過了，請改成之後的時間，例如：12/20 21:00結單。")
OPENS_LATE = N_("開放時間 {opens} 要早於結單時間 {closes}，請改其中一個。")
PICKUP_EARLY = N_("取貨日 {day} 在結單之前，請改其中一個。")
NOT_SECURE = N_("圖片請給 https:// 開頭的網址：{said}")
TIMELESS = N_("「{said}」要寫日期，例如：預購 12/1 20:00。")


def complete(
    title: str,
    items: tuple[ItemTerms, ...],
    found: Sequence[Field],
    place: str,
    *,
    programme: Programme,
    now: datetime,
) -> GroupBuyTerms:
    """The whole of a group-buy from its items and these fields.

    Raises:
        BadTerms: they do not go together.
        NoSuchDay: a day or time does not exist.
    """
    said = _once(found)
    windows = [each for each in found if each.kind is Kind.WINDOW]
    opens_at = _opens(said, now)
    closes_at = _instant(said.get(Kind.CLOSES), now)
    pickup_on, at_place = _pickup(said.get(Kind.PICKUP), place, now)
    terms = GroupBuyTerms(
        title=said[Kind.TITLE].parts["word"].strip() if Kind.TITLE in said else title,
        items=items,
        minimum=_count(said.get(Kind.MINIMUM)),
        opens_at=opens_at,
        closes_at=closes_at,
        pickup=at_place,
        pickup_on=pickup_on,
        tier=opening_fields.tiers(programme).get(_part(said, Kind.TIER, "tier").lower(), ""),
        tag=_part(said, Kind.TAG, "tag"),
        windows=_windows(windows, opens_at, programme, now),
        preorder=Kind.PREORDER in said or bool(windows),
        hold_minutes=_hold(said, programme, preorder=Kind.PREORDER in said or bool(windows)),
        dropship=Kind.DROPSHIP in said,
        fees=_fees(said),
        free_from=_count(said.get(Kind.FREE_FROM)),
        picture=_picture(said.get(Kind.PICTURE)),
    )
    _check(terms, now)
    return terms


def written(at: datetime) -> str:
    """A moment as it stands in a refusal: 12/20 21:00, with its year if that is far."""
    local = at.astimezone(TAIPEI)
    return f"{local.year}/{local.month}/{local.day} {local:%H:%M}"


def _once(found: Sequence[Field]) -> dict[Kind, Field]:
    said: dict[Kind, Field] = {}
    for each in found:
        if each.kind is Kind.WINDOW:
            continue
        before = said.get(each.kind)
        if before is None:
            said[each.kind] = each
        elif each.kind is Kind.PICKUP:
            parts = {**before.parts, **{k: v for k, v in each.parts.items() if v}}
            said[each.kind] = Field(each.kind, before.text, parts)
        elif before.text != each.text:
            raise BadTerms(SAID_TWICE, first=before.text, second=each.text)
    return said


def _part(said: dict[Kind, Field], kind: Kind, name: str) -> str:
    return said[kind].parts.get(name, "") if kind in said else ""


def _count(each: Field | None) -> int | None:
    if each is None:
        return None
    if each.number < 1:
        raise BadTerms(NO_COUNT, said=each.text)
    return each.number


def _instant(each: Field | None, now: datetime, otherwise: Any = None) -> datetime | None:
    when = (each.parts.get("when") or each.parts.get("when2")) if each else None
    if when is None:
        return None
    return opening_times.instant(when, now, otherwise=otherwise or opening_times.LAST_MINUTE)


def _opens(said: dict[Kind, Field], now: datetime) -> datetime | None:
    opens = _instant(said.get(Kind.OPENS), now, OPENING)
    before = _instant(said.get(Kind.PREORDER), now, OPENING)
    if opens and before and opens != before:
        texts = said[Kind.OPENS].text, said[Kind.PREORDER].text
        raise BadTerms(SAID_TWICE, first=texts[0], second=texts[1])
    return opens or before


def _pickup(each: Field | None, place: str, now: datetime) -> tuple[date | None, str]:
    if each is None:
        return None, ""
    on = opening_times.day(each.parts["day"], now) if each.parts.get("day") else None
    at = " ".join(filter(None, (each.parts.get("place", ""), place)))
    return on, at[:LONGEST_PLACE]


def _windows(
    found: Sequence[Field], opens_at: datetime | None, programme: Programme, now: datetime
) -> tuple[tuple[str, datetime], ...]:
    called = opening_fields.tiers(programme)
    opens: dict[str, datetime] = {}
    for each in found:
        at = opening_times.instant(_dated(each.parts["when"], opens_at), now, otherwise=OPENING)
        key = called[each.parts["tier"].lower()]
        if opens.setdefault(key, at) != at:
            raise BadTerms(SAID_TWICE, first=each.parts["tier"], second=each.text)
    earliest: datetime | None = None
    for tier in programme.tiers:
        own = opens.get(tier.key)
        if own is not None:
            earliest = own if earliest is None else min(own, earliest)
        elif earliest is not None:
            opens[tier.key] = earliest
    return tuple((tier.key, opens[tier.key]) for tier in programme.tiers if tier.key in opens)


def _dated(when: str, opens_at: datetime | None) -> str:
    """A time alone is on the day on which everybody may."""
    if opens_at is None or re.match(opening_times.DAY, when):
        return when
    on = local_day(opens_at)
    return f"{on.year}/{on.month}/{on.day} {when}"


def _hold(said: dict[Kind, Field], programme: Programme, *, preorder: bool) -> int:
    if Kind.HOLD in said:
        return said[Kind.HOLD].number
    return programme.shop.hold_minutes if preorder else 0


def _fees(said: dict[Kind, Field]) -> tuple[tuple[Delivery, int], ...]:
    sent = {
        way: _fee(said[kind])
        for way, kind in ((Delivery.STORE, Kind.STORE), (Delivery.HOME, Kind.HOME))
        if kind in said
    }
    if Kind.FREE in said and not sent:
        sent[Delivery.HOME] = 0
    if Kind.DROPSHIP in said and not sent:
        sent[Delivery.HOME] = 0
    only = any("only" in said[kind].parts for kind in (Kind.STORE, Kind.HOME) if kind in said)
    fetched = Kind.PICKUP in said or Kind.COLLECT in said
    if fetched or not (only or Kind.DROPSHIP in said):
        return ((Delivery.PICKUP, 0), *sent.items())
    return tuple(sent.items())


def _fee(each: Field) -> int:
    return 0 if "free" in each.parts else each.number


def _picture(each: Field | None) -> str:
    if each is None:
        return ""
    address = each.parts.get("url") or each.parts["bare"]
    if not re.fullmatch(r"https://[!-~]{4,990}", address, re.ASCII):
        raise BadTerms(NOT_SECURE, said=address[:60])
    return address


def _check(terms: GroupBuyTerms, now: datetime) -> None:
    closes = terms.closes_at
    if closes is None:
        return
    if closes <= now:
        raise BadTerms(PAST, at=written(closes))
    opens = [at for at in (terms.opens_at, *dict(terms.windows).values()) if at is not None]
    if opens and max(opens) >= closes:
        raise BadTerms(OPENS_LATE, opens=written(max(opens)), closes=written(closes))
    if terms.pickup_on is not None and terms.pickup_on < local_day(closes):
        raise BadTerms(PICKUP_EARLY, day=f"{terms.pickup_on.month}/{terms.pickup_on.day}")
