"""A group-buy as members see it: what it costs them, what is still missing, until when.

The card of one item names that item when it is quoted, so a group-buy of a few
items is posted as a card for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.texts import _, clock, day, long_day, money
from bot.views import calling, kit, quotes
from bot.views.kit import Block, Message
from models.base import N_, local_day
from models.shop import ladders
from models.shop.allocation import missing_for_case
from models.shop.group_buy_records import GroupBuy, Item, Stage

CARDS = 5  # as many messages as LINE takes in one reply
SHOWN_VALUES = 60
FAR_DAYS = 300
FEW = 10
STATES = {
    Stage.CLOSED: N_("已結單"),
    Stage.ARRIVED: N_("已到貨"),
    Stage.FINISHED: N_("已完成"),
    Stage.FAILED: N_("已流團"),
}


class Viewer(NamedTuple):
    """For whom a card is: the percentage their tier pays, its name, when it opens for them."""

    pay: int = 100
    tier: str = ""
    opens_at: datetime | None = None


ANYBODY = Viewer()


def offer_card(group_buy: GroupBuy, *, now: datetime, viewer: Viewer = ANYBODY) -> Message:
    """All of a group-buy on one card."""
    if len(group_buy.items) == 1:
        return item_card(group_buy, group_buy.items[0], now=now, viewer=viewer)
    blocks: list[Block] = []
    for item in group_buy.items:
        blocks += [*_listed(item, viewer), kit.rule()]
    return _bubble(
        group_buy,
        group_buy.title,
        [
            *blocks,
            *_progress(group_buy),
            *_facts(group_buy, now),
            _next(group_buy, now, viewer),
        ],
        now=now,
        viewer=viewer,
    )


def item_card(
    group_buy: GroupBuy, item: Item, *, now: datetime, viewer: Viewer = ANYBODY
) -> Message:
    """One item of a group-buy; quoting this card names it."""
    alone = len(group_buy.items) == 1
    blocks = [_price(item, viewer), *_ladder(item), *_left(item), *_choices(item)]
    blocks += _progress(group_buy) if alone else []
    blocks += [*_facts(group_buy, now), _next(group_buy, now, viewer, item)]
    title = item.name if alone else f"{item.code} {item.name}"
    return _bubble(group_buy, title, blocks, now=now, viewer=viewer, item=item)


def offer_carousel(
    group_buys: Sequence[GroupBuy], *, now: datetime, viewers: Mapping[int, Viewer]
) -> Message:
    """Group-buys side by side; `viewers` by number, for whoever looks."""
    cards = [
        offer_card(each, now=now, viewer=viewers.get(each.id, ANYBODY)) for each in group_buys
    ]
    return kit.carousel(cards) if len(cards) > 1 else cards[0]


def offer_messages(group_buy: GroupBuy, *, now: datetime) -> list[Message]:
    """What is posted into a chat: a card for each of `posted_items`, in their order."""
    return [
        offer_card(group_buy, now=now) if item is None else item_card(group_buy, item, now=now)
        for item in posted_items(group_buy)
    ]


def posted_items(group_buy: GroupBuy) -> list[Item | None]:
    """The item of each card that is posted; None is all of them on one card."""
    few = len(group_buy.items) <= CARDS
    return list(group_buy.items) if few else [None]


def when(at: datetime, now: datetime) -> str:
    """12/20(日) 21:00, with the year if it is far off."""
    far = abs((local_day(at) - local_day(now)).days) > FAR_DAYS
    return f"{long_day(at) if far else day(at)} {clock(at)}"


def price(item: Item, option: str = "", viewer: Viewer = ANYBODY) -> int:
    """What one share costs whoever looks, rounded down for them."""
    return item.unit_price(option) * viewer.pay // 100


def _bubble(
    group_buy: GroupBuy,
    title: str,
    blocks: Sequence[Block],
    *,
    now: datetime,
    viewer: Viewer,
    item: Item | None = None,
) -> Message:
    many = len(group_buy.items) > 1
    named = quotes.named(group_buy) if many else _("第 {number} 團", number=group_buy.id)
    card = kit.card(
        title,
        *blocks,
        subtitle=named if group_buy.id is not None else (group_buy.title if many else ""),
        buttons=_buttons(group_buy, item, now, viewer),
    )
    if group_buy.picture:
        card["contents"]["hero"] = {
            "type": "image",
            "url": group_buy.picture,
            "size": "full",
            "aspectRatio": "20:13",
            "aspectMode": "cover",
        }
    return card


def _buttons(group_buy: GroupBuy, item: Item | None, now: datetime, viewer: Viewer) -> list[Block]:
    if group_buy.id is None:
        return []
    if group_buy.stage != Stage.OPEN:
        return [kit.button(_("團購"))]
    if _opens_at(group_buy, now, viewer) is not None:
        return [kit.button(_("提醒我"), f"提醒我 {group_buy.id}", style="primary")]
    code = item.code if item is not None and len(group_buy.items) > 1 else ""
    return [kit.button(f"{code}+1", f"{group_buy.id} {code}+1", style="primary")]


def _price(item: Item, viewer: Viewer) -> Block:
    own = price(item, viewer=viewer)
    said = _("每{unit} {price}", unit=item.unit, price=money(own))
    if own == item.price:
        return kit.figure(_("價格"), said, size="xl")
    label = _("{tier}價（原價 {price}）", tier=viewer.tier, price=money(item.price))
    return kit.figure(
        label if viewer.pay < 100 else _("目前價格（原價 {price}）", price=money(item.price)),
        said,
        size="xl",
    )


def _ladder(item: Item) -> list[Block]:
    if not item.rungs:
        return []
    listed = "、".join(
        _("{count} {unit}起 {price}", count=rung.quantity, unit=item.unit, price=money(rung.price))
        for rung in item.rungs
    )
    following = ladders.next_rung(item)
    if following is None:
        return [kit.note(_("已經是最低價（{ladder}）", ladder=listed))]
    missing = max(following.quantity - item.taken, 1)
    return [
        kit.note(listed),
        kit.line(
            _(
                "再 {count} {unit}，大家都降到 {price}",
                count=missing,
                unit=item.unit,
                price=money(following.price),
            ),
            size="sm",
            color=kit.WARM,
        ),
    ]


def _left(item: Item) -> list[Block]:
    blocks: list[Block] = []
    if item.left is not None:
        few = item.left <= FEW
        said = _("剩 {count} {unit}", count=item.left, unit=item.unit)
        shown = said if item.left > 0 else _("已額滿，可以排候補")
        blocks.append(kit.row(_("數量"), shown, strong=few, colour=kit.WARM if few else kit.INK))
    if item.limit is not None:
        blocks.append(kit.row(_("每人限"), _("{count} {unit}", count=item.limit, unit=item.unit)))
    missing = missing_for_case(item.taken, item.case_size)
    if item.case_size is not None:
        whole = _("一箱 {count} {unit}", count=item.case_size, unit=item.unit)
        short = _("再 {count} {unit}滿一箱", count=missing, unit=item.unit)
        blocks.append(kit.row(_("整箱出貨"), f"{whole}，{short}" if missing else whole))
    return blocks


def _choices(item: Item) -> list[Block]:
    prices = dict(item.as_read().option_prices)
    return [
        kit.row(
            axis,
            kit.clip("、".join(_value(item, value, prices) for value in values), SHOWN_VALUES * 2),
            shares=kit.VALUE_WIDE,
        )
        for axis, values in item.as_read().options
    ]


def _value(item: Item, value: str, prices: Mapping[str, int]) -> str:
    return f"{value} {money(item.unit_price(value))}" if value in prices else value


def _listed(item: Item, viewer: Viewer) -> list[Block]:
    """One of several items: its code and name, what it costs, and what else there is to know."""
    own = _("{price}/{unit}", price=money(price(item, viewer=viewer)), unit=item.unit)
    blocks = [kit.row(f"{item.code} {item.name}", own, strong=True, shares=kit.LABEL_WIDE)]
    known = ["、".join(values) for _axis, values in item.as_read().options]
    if item.left is not None:
        full = item.left <= 0
        known.append(_("已額滿") if full else _("剩 {count}", count=item.left))
    if item.limit is not None:
        known.append(_("每人限 {count}", count=item.limit))
    following = ladders.next_rung(item)
    if following is not None:
        known.append(
            _(
                "再 {count} {unit}降到 {price}",
                count=max(following.quantity - item.taken, 1),
                unit=item.unit,
                price=money(following.price),
            )
        )
    return [*blocks, kit.note(kit.clip("｜".join(known), 120))] if known else blocks


def _progress(group_buy: GroupBuy) -> list[Block]:
    if group_buy.minimum is None:
        return []
    taken = group_buy.taken
    said = (
        _("還差 {count} 份成團", count=group_buy.short)
        if group_buy.short
        else _("已成團，目前 {count} 份", count=taken)
    )
    return [kit.line(said, weight="bold", size="sm"), kit.bar(taken / group_buy.minimum)]


def _facts(group_buy: GroupBuy, now: datetime) -> list[Block]:
    """Until when, and how it comes to whoever ordered."""
    rows: list[Block] = []
    if group_buy.stage in STATES:
        rows.append(_wide(_("狀態"), _(STATES[Stage(group_buy.stage)])))
    if group_buy.opens_at is not None and group_buy.opens_at > now:
        rows.append(_wide(_("開放"), when(group_buy.opens_at, now)))
    if group_buy.closes_at is not None:
        rows.append(_wide(_("結單"), when(group_buy.closes_at, now)))
    if group_buy.pickup or group_buy.pickup_on:
        on = day(group_buy.pickup_on) if group_buy.pickup_on else ""
        rows.append(_wide(_("取貨"), " ".join(filter(None, (on, group_buy.pickup)))))
    ways = group_buy.deliveries
    if any(ways.values()) or list(ways) != ["pickup"]:
        free = _("（滿 {amount} 免運）", amount=money(group_buy.free_from or 0))
        listed = "、".join(
            f"{quotes.way(way)} {money(fee) if fee else _('免運')}" for way, fee in ways.items()
        )
        rows.append(_wide(_("配送"), listed + (free if group_buy.free_from else "")))
    return [kit.rule(), *rows] if rows else []


def _opens_at(group_buy: GroupBuy, now: datetime, viewer: Viewer) -> datetime | None:
    """When it opens for whoever looks, if it has not yet."""
    at = viewer.opens_at or group_buy.opens_at
    return at if at is not None and at > now else None


def _next(group_buy: GroupBuy, now: datetime, viewer: Viewer, item: Item | None = None) -> Block:
    """How to order, or from when on that is possible."""
    opens_at = _opens_at(group_buy, now, viewer)
    if opens_at is None:
        return kit.note(calling.how(group_buy, item))
    return kit.note(_("{when} 開放後才能訂，按「提醒我」到時通知你。", when=when(opens_at, now)))


def _wide(label: str, value: str) -> Block:
    return kit.row(label, value, shares=kit.VALUE_WIDE)
