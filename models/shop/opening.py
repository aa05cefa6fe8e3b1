"""What an organiser writes after /開團, read: 愛文芒果 450 限50箱 12/20 21:00結單.

Pure. Items stand on lines of their own, or between " / "; a line without a name
goes with the item above it if it lists choices, and with all of them if it
counts something. Nothing is guessed: words that say nothing are refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from models.base import N_
from models.programme import Programme
from models.shop import opening_fields, opening_offer
from models.shop.group_buy_terms import GroupBuyTerms
from models.shop.opening_fields import Field
from models.shop.opening_items import (
    MOST_ITEMS,
    NAMELESS,
    PRICELESS,
    TWICE,
    BadTerms,
    Named,
    NotUnderstood,
    Segment,
    codes,
    name_of,
    strays,
    terms,
)
from models.shop.opening_patterns import Kind

__all__ = ["BadTerms", "NotUnderstood", "read"]

OF_ITEMS = (
    Kind.PRICE,
    Kind.STOCK,
    Kind.LIMIT,
    Kind.CASE,
    Kind.RUNG,
    Kind.OPTIONS,
    Kind.CATEGORY,
    Kind.SUPPLY,
)
TITLED = re.compile(r"(\S.*?) [Aa][.):、]? ?(\S.*)")
LONGEST_TITLE = 100
SHOWN_TITLE = 24
MANY_ITEMS = N_("一團最多 {most} 樣商品，請分成兩團。")


@dataclass
class Reading:
    """A line as it is read so far."""

    title: str = ""
    items: list[Named] = field(default_factory=list)
    offer: list[Field] = field(default_factory=list)
    place: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read(said: str, *, programme: Programme, now: datetime) -> GroupBuyTerms:
    """The group-buy that a line opens.

    Raises:
        NotUnderstood: it has words that say nothing here.
        BadTerms: something is missing, or cannot be so.
        NoSuchDay: a day or time does not exist.
    """
    reading = Reading()
    segments = _segments(said, programme)
    for at, segment in enumerate(segments):
        _take(reading, segment, first=at == 0, more=segments[at + 1 :])
    if not reading.items:
        raise BadTerms(PRICELESS, name=reading.title) if reading.title else BadTerms(NAMELESS)
    if unknown := [*reading.unknown, *(w for item in reading.items for w in strays(item))]:
        raise NotUnderstood(unknown)
    _check(reading.items)
    items = tuple(
        terms(named, code) for named, code in zip(reading.items, codes(reading.items), strict=True)
    )
    title = (reading.title or _title([item.name for item in items]))[:LONGEST_TITLE]
    place = " ".join(reading.place)
    return opening_offer.complete(title, items, reading.offer, place, programme=programme, now=now)


def _segments(said: str, programme: Programme) -> list[Segment]:
    segments: list[Segment] = []
    for line in opening_fields.fold(said).splitlines():
        parts = re.split(r" / |;", line)
        for at, part in enumerate(parts):
            found = opening_fields.fields(part, programme)
            if found:
                segments.append(Segment(found, own_line=at == 0))
    return segments


def _take(reading: Reading, segment: Segment, *, first: bool, more: Sequence[Segment]) -> None:
    before, run, rest = _parted(segment.found)
    named, loose = name_of(run) if any(each.kind is Kind.WORD for each in run) else (None, run)
    rest = [*before, *rest]
    if named is not None and not _priced(named, rest, loose):
        if first and not rest and not reading.items and _named_later(more):
            reading.title = named.name
            return
        if reading.items and not any(each.kind is Kind.PRICE for each in rest):
            reading.unknown += [each.text for each in run]
            named, loose = None, []
    if named is not None:
        if first:
            _part_title(reading, named, more)
        reading.items.append(named)
    _spread(reading, [*loose, *rest], named=named, inline=not segment.own_line)


def _spread(reading: Reading, rest: Sequence[Field], *, named: Named | None, inline: bool) -> None:
    """Put fields where they belong; words go with a place just named, or are choices."""
    placing = False
    for each in rest:
        if each.kind is Kind.WORD:
            if placing:
                reading.place.append(each.text)
            elif named is not None or reading.items:
                (named or reading.items[-1]).loose.append(each.text)
            else:
                reading.unknown.append(each.text)
            continue
        placing = each.kind is Kind.PICKUP
        if each.kind not in OF_ITEMS:
            reading.offer.append(each)
            continue
        _to_items(reading, each, named=named, inline=inline)


def _to_items(reading: Reading, each: Field, *, named: Named | None, inline: bool) -> None:
    if named is not None:
        named.put(each)
    elif not reading.items:
        reading.unknown.append(each.text)
    elif inline or each.kind in (Kind.OPTIONS, Kind.PRICE):
        reading.items[-1].put(each)
    else:
        for item in reading.items:
            item.put(each, keep=True)


def _parted(found: Sequence[Field]) -> tuple[list[Field], list[Field], list[Field]]:
    """The fields before the name, the words of the name with bare numbers, and what follows."""
    start = 0
    while start < len(found) and not _wordy(found[start]):
        placing = found[start].kind is Kind.PICKUP
        start += 1
        while placing and start < len(found) and found[start].kind is Kind.WORD:
            start += 1
    end = start
    while end < len(found) and _wordy(found[end]):
        end += 1
    return list(found[:start]), list(found[start:end]), list(found[end:])


def _part_title(reading: Reading, named: Named, more: Sequence[Segment]) -> None:
    """水餃 A 高麗菜 220 / B 韭菜 230: what stands before the A of several is the title."""
    found = TITLED.fullmatch(named.name)
    lettered = more and more[0].found[0].text.rstrip(".):、").upper() == "B"
    if found and lettered and not named.code:
        reading.title, named.code, named.name = found[1], "A", found[2]


def _wordy(each: Field) -> bool:
    return each.kind is Kind.WORD or _bare(each)


def _bare(each: Field) -> bool:
    return each.kind is Kind.PRICE and "bare" in each.parts


def _priced(named: Named, rest: Sequence[Field], loose: Sequence[Field]) -> bool:
    return bool(Kind.PRICE in named.said or loose or any(e.kind is Kind.PRICE for e in rest))


def _named_later(more: Sequence[Segment]) -> bool:
    """Whether a later line names an item, so that this one is the title of them all."""
    return any(segment.found[0].kind is Kind.WORD for segment in more)


def _check(items: Sequence[Named]) -> None:
    if len(items) > MOST_ITEMS:
        raise BadTerms(MANY_ITEMS, most=MOST_ITEMS)
    for at, item in enumerate(items):
        others = items[:at]
        if item.name in [each.name for each in others]:
            raise BadTerms(TWICE, name=item.name)
        if item.code and item.code in [each.code for each in others]:
            raise BadTerms(TWICE, name=item.code)


def _title(names: Sequence[str]) -> str:
    together = "、".join(names)
    if len(names) == 1 or len(together) <= SHOWN_TITLE:
        return together
    return f"{names[0]} 等 {len(names)} 樣"
