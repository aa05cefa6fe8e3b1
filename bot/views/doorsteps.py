"""The doorstep list: name, goods, amount, one button a person; made for one hand at a door.

Those who were served are ticked and go to the end of their place. A page is as much as
LINE takes in one message; the next is one tap away.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from bot.texts import _, money
from bot.views import kit, pickup_slots, quotes
from bot.views.kit import Block, Message
from bot.views.pickups import called, said
from models.shop import doorsteps
from models.shop.doorsteps import Place
from models.shop.group_buy_records import GroupBuy
from models.shop.pickup_queries import Bag

PEOPLE = 5  # a card, which a screen holds
CARDS = 10
ROOM = 36_000  # bytes of a page's people, the overview beside them
SUMMED = 20
LISTED = 6


def sheet(group_buy: GroupBuy, bags: Sequence[Bag], page: int) -> list[Message]:
    """A page of the list, on the first the overview above; one beyond the last is the last."""
    number = group_buy.id
    found = doorsteps.places(bags)
    pages = _pages([card for place in found for card in _cards(place)])
    page = min(max(page, 1), len(pages))
    shown = pages[page - 1]
    choices = []
    if page < len(pages):
        label = _("下一頁 {page}／{pages}", page=page + 1, pages=len(pages))
        choices.append(kit.choice(label, f"/分貨單 {number} {page + 1}"))
    if page > 1:
        choices.append(kit.choice(_("上一頁"), f"/分貨單 {number} {page - 1}"))
    choices += [kit.choice(_("還沒取貨"), f"/未取 {number}"), kit.choice(_("取貨點"), "/取貨點")]
    # beside tall cards it would stand half empty, and whoever hands out would swipe past it
    messages = [_overview(group_buy, bags, found)] if page == 1 else []
    if shown:
        messages.append(kit.carousel(shown) if len(shown) > 1 else shown[0])
    return [kit.with_choices(message, choices) for message in messages]


def _pages(cards: Sequence[Message]) -> list[list[Message]]:
    pages: list[list[Message]] = [[]]
    room = ROOM
    for card in cards:
        size = len(orjson.dumps(card["contents"]))
        if pages[-1] and (size > room or len(pages[-1]) == CARDS):
            pages.append([])
            room = ROOM
        pages[-1].append(card)
        room -= size
    return pages


def _overview(group_buy: GroupBuy, bags: Sequence[Bag], found: Sequence[Place]) -> Message:
    waiting = [bag for bag in bags if not bag.is_done]
    summed = doorsteps.totals(bags)
    left = {goods._replace(quantity=0): goods.quantity for goods in doorsteps.totals(waiting)}
    blocks = [
        kit.row(_("還沒取貨"), _("{count} 筆", count=len(waiting)), strong=True),
        kit.row(_("還要收"), money(sum(bag.owed for bag in waiting))),
        kit.bar((len(bags) - len(waiting)) / len(bags) if bags else 0),
        kit.rule(),
    ]
    for goods in summed[:SUMMED]:
        rest = left.get(goods._replace(quantity=0), 0)
        total = _("{count} {unit}", count=goods.quantity, unit=goods.unit)
        if rest != goods.quantity:
            total = _("{total}，剩 {rest}", total=total, rest=rest)
        name = f"{goods.code} {quotes.goods(goods.name, goods.option)}"
        blocks.append(kit.row(name, total, shares=kit.LABEL_WIDE, strong=True))
    if len(summed) > SUMMED:
        blocks.append(kit.note(_("另有 {count} 項。", count=len(summed) - SUMMED)))
    if len(found) > 1:
        blocks.append(kit.rule())
        blocks += [
            kit.row(_where(place), _progress(place), shares=kit.LABEL_WIDE) for place in found[:8]
        ]
    if not bags:
        blocks.append(kit.note(_("這一團沒有要自取的訂單。")))
    return kit.card(_("分貨單"), *blocks, subtitle=quotes.named(group_buy))


def _cards(place: Place) -> list[Message]:
    parts = [place.bags[at : at + PEOPLE] for at in range(0, len(place.bags), PEOPLE)]
    return [
        kit.card(
            _where(place),
            *_people(part),
            subtitle=_subtitle(place, at, len(parts)),
        )
        for at, part in enumerate(parts, start=1)
    ]


def _subtitle(place: Place, at: int, parts: int) -> str:
    """How far its place has come, and which card of several this is."""
    said = _progress(place)
    return said if parts == 1 else said + _("，第 {at} 張共 {parts} 張", at=at, parts=parts)


def _people(bags: Sequence[Bag]) -> list[Block]:
    blocks: list[Block] = []
    for bag in bags:
        if blocks:
            blocks.append(kit.rule())
        blocks.append(_person(bag))
    return blocks


def _person(bag: Bag) -> Block:
    """Who gets what, and beside it the one thing to tap."""
    goods = [kit.clip(said(each), 80) for each in bag.goods]
    more = len(goods) - LISTED
    name = kit.clip(called(bag.name), 40)
    slot = [kit.note(pickup_slots.said(bag.slot))] if bag.slot else []
    if bag.is_done:
        text = kit.column(
            kit.line(f"✓ {name}", weight="bold", color=kit.MUTED),
            kit.note(kit.clip("，".join(goods), 120)),
            flex=1,
        )
        return kit.beside(text)
    proxy = (
        [kit.note(_("代領：{name}", name=kit.clip(bag.bill.proxy, 40)))] if bag.bill.proxy else []
    )
    owed = _("收 {amount}", amount=money(bag.owed)) if bag.owed else _("已付清")
    text = kit.column(
        *slot,
        kit.line(name, weight="bold"),
        *(kit.line(each, size="sm") for each in goods[:LISTED]),
        *([kit.note(_("另有 {count} 項。", count=more))] if more > 0 else []),
        kit.line(owed, size="sm", weight="bold", color=kit.WARM if bag.owed else kit.GREEN),
        *proxy,
        flex=8,
        spacing="xs",
    )
    button = kit.button(_("取貨"), f"/取貨 {bag.order_no}", style="primary")
    return kit.beside(text, kit.column(button, flex=3), alignItems="center")


def _where(place: Place) -> str:
    return place.name or _("取貨")


def _progress(place: Place) -> str:
    left = len(place.bags) - place.done
    if not left:
        return _("{count} 筆都取了", count=place.done)
    return _("{left} 筆待取，{done} 筆已取", left=left, done=place.done)
