"""How group-buys stand, for those who run them: the list, and one item by item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.texts import _, day, money
from bot.views import group_buys, kit
from bot.views.kit import Block, Message
from models.base import N_
from models.shop import group_buys as rules
from models.shop.allocation import missing_for_case
from models.shop.bill_records import Wait
from models.shop.group_buy_records import GroupBuy, Item, Stage
from models.shop.rehearsing import Standing

LISTED = 20
# what is often done next, beside the steps that are buttons
FOLLOWING = {
    Stage.CLOSED: (
        (N_("叫貨"), "/叫貨"),
        (N_("點貨"), "/點貨"),
        (N_("催款"), "/催款"),
        (N_("流團"), "/流團"),
    ),
    Stage.ARRIVED: ((N_("分貨單"), "/分貨單"), (N_("還沒取貨"), "/未取"), (N_("催款"), "/催款")),
}
STEPS = {
    Stage.OPEN: ((N_("結單"), "/結單"), (N_("訂單"), "/訂單"), (N_("流團"), "/流團")),
    Stage.CLOSED: ((N_("到貨"), "/到貨"), (N_("訂單"), "/訂單"), (N_("重新開團"), "/重開")),
    Stage.ARRIVED: ((N_("分貨單"), "/分貨單"), (N_("訂單"), "/訂單"), (N_("完成"), "/完成")),
    Stage.DRAFT: ((N_("看草稿"), "/草稿"),),
}


def listing(found: Sequence[tuple[GroupBuy, int]], now: datetime) -> Message:
    """What runs, each one tap from its own card."""
    if not found:
        return kit.text(
            _("現在沒有進行中的團。輸入「/開團 愛文芒果 450」就能開一團。"),
            choices=[kit.choice(_("/開團"), "/開團"), kit.choice(_("/草稿"), "/草稿")],
        )
    rows: list[Block] = []
    for group_buy, orders in found[:LISTED]:
        rows.append(
            kit.row(
                f"{group_buy.id} {group_buy.title}",
                _("{state}，{orders} 筆", state=stage(group_buy), orders=orders),
            )
        )
        until = _until(group_buy, now)
        rows += [kit.note(until)] if until else []
    if len(found) > LISTED:
        rows.append(
            kit.note(_("另有 {count} 團較早的，用「/團 號碼」看。", count=len(found) - LISTED))
        )
    choices = [kit.choice(f"{each.id} {each.title}", f"/團 {each.id}") for each, _n in found[:13]]
    return kit.card(_("進行中的團"), *rows, choices=choices)


def state(
    group_buy: GroupBuy, standing: Standing, waiting: Sequence[Wait], *, now: datetime
) -> Message:
    """One group-buy: how it stands, item by item, and what can be done with it."""
    number, until = group_buy.id, _until(group_buy, now)
    blocks = [
        kit.row(_("狀態"), stage(group_buy), strong=True),
        *([kit.row(_("時間"), until, shares=kit.VALUE_WIDE)] if until else []),
        kit.row(_("訂單"), _("{count} 筆", count=standing.orders)),
        kit.row(_("總額"), money(standing.total)),
        kit.row(_("已收"), money(standing.paid)),
        kit.row(_("未付款"), _("{count} 筆", count=standing.unpaid)),
        kit.rule(),
        *(row for item in group_buy.items for row in _item(item)),
    ]
    if group_buy.minimum is not None:
        blocks.append(
            kit.row(
                _("成團"),
                _("{taken}／{minimum} 份", taken=group_buy.taken, minimum=group_buy.minimum),
            )
        )
    if waiting:
        blocks.append(_waiting(waiting))
    steps = STEPS.get(Stage(group_buy.stage), ((N_("訂單"), "/訂單"),))
    return kit.card(
        group_buy.title,
        *blocks,
        subtitle=_("第 {number} 團", number=number),
        buttons=[kit.button(_(label), f"{word} {number}") for label, word in steps],
        choices=_ways_on(group_buy, waiting),
    )


def _waiting(waiting: Sequence[Wait]) -> Block:
    """How many people wait for how many shares."""
    people = len({wait.member_id for wait in waiting})
    count = sum(wait.quantity for wait in waiting)
    return kit.row(_("候補"), _("{people} 位，{count} 份", people=people, count=count))


def _ways_on(group_buy: GroupBuy, waiting: Sequence[Wait]) -> list[Block]:
    """What else can be done with it as it stands."""
    number = group_buy.id
    choices: list[Block] = []
    if group_buy.stage in (Stage.OPEN, Stage.CLOSED):
        choices = [
            kit.choice(_("改"), f"/改團 {number}"),
            kit.choice(_("貼單"), f"/貼單 {number}"),
        ]
    if group_buy.stage == Stage.OPEN:
        choices.insert(0, kit.choice(_("延長"), f"/延長 {number}"))
    following = FOLLOWING.get(Stage(group_buy.stage), ())
    steps = {word for _label, word in STEPS.get(Stage(group_buy.stage), ())}
    choices += [
        kit.choice(_(label), f"{word} {number}") for label, word in following if word not in steps
    ]
    if group_buy.dropship and group_buy.stage == Stage.CLOSED:
        choices.append(kit.choice(_("出貨單"), f"/出貨單 {number}"))
    if waiting and group_buy.stage in (Stage.OPEN, Stage.CLOSED):
        choices.append(kit.choice(_("放候補 1 位"), f"/放候補 {number} 1"))
    return [*choices, kit.choice(_("全部"), "/開團中")]


def stage(group_buy: GroupBuy) -> str:
    return _(rules.STAGES[Stage(group_buy.stage)])


def _until(group_buy: GroupBuy, now: datetime) -> str:
    """Until when it is as it stands, or since when; "" if there is nothing to add to that."""
    if group_buy.stage == Stage.OPEN and group_buy.opens_at and group_buy.opens_at > now:
        return _("{at} 開放", at=group_buys.when(group_buy.opens_at, now))
    if group_buy.stage in (Stage.DRAFT, Stage.OPEN):
        if group_buy.closes_at is None:
            return _("開到你結單為止")
        return _("{at} 結單", at=group_buys.when(group_buy.closes_at, now))
    if group_buy.stage == Stage.CLOSED and group_buy.closed_at is not None:
        on = _("，{day} 取貨", day=day(group_buy.pickup_on)) if group_buy.pickup_on else ""
        return _("{day} 已結單", day=day(group_buy.closed_at)) + on
    if group_buy.stage == Stage.ARRIVED and group_buy.arrived_at is not None:
        return _("{day} 到貨", day=day(group_buy.arrived_at))
    return ""


def _item(item: Item) -> list[Block]:
    taken = _("{count} {unit}", count=item.taken, unit=item.unit)
    of = f"／{item.stock}" if item.stock is not None else ""
    rows = [
        kit.row(
            f"{item.code} {item.name}",
            f"{taken}{of}，{money(item.price_now)}",
        )
    ]
    missing = missing_for_case(item.taken, item.case_size)
    if missing:
        rows.append(kit.note(_("再 {count} {unit}滿一箱", count=missing, unit=item.unit)))
    return rows
