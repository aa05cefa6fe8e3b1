"""Pickup points: for those who run the shop the list, for members where theirs is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.texts import _, day, money
from bot.views import kit, pickup_slots, quotes
from bot.views.kit import Block, Message
from bot.views.pickups import said
from models.programme import Programme
from models.shop.group_buy_records import GroupBuy
from models.shop.pickup_point_records import PickupPoint
from models.shop.pickup_queries import Bag

SHOWN = 6
ADDING = "/取貨點 新增 "


def listing(points: Sequence[PickupPoint]) -> Message:
    """All places, and how one more is added."""
    adding = {"type": "action", "action": kit.begin(_("新增取貨點"), ADDING)}
    if not points:
        return kit.text(
            _("還沒有取貨點。例如：/取貨點 新增 管理室 中正路1號 每天 18:00-21:00"),
            choices=[adding],
        )
    return kit.card(
        _("取貨點"),
        *(block for point in points[:SHOWN] for block in _place(point)),
        kit.rule(),
        kit.note(_("給一團用：/取貨點 3 管理室 全家店；團友用「換取貨點」選。")),
        choices=[adding],
    )


def offered(
    group_buy: GroupBuy, points: Sequence[PickupPoint], known: Sequence[PickupPoint]
) -> Message:
    """The places of one group-buy."""
    others = [point for point in known if point not in points]
    names = " ".join(point.name for point in points)
    return kit.card(
        _("取貨點"),
        *(block for point in points[:SHOWN] for block in _place(point)),
        *([] if points else [kit.line(group_buy.pickup or _("還沒有設定"))]),
        kit.note(_("沒有選的人在「{place}」取貨。", place=group_buy.pickup or "—")),
        subtitle=quotes.named(group_buy),
        choices=[
            kit.choice(
                _("加 {name}", name=point.name),
                f"/取貨點 {group_buy.id} {names} {point.name}".replace("  ", " "),
            )
            for point in others[:10]
        ],
    )


def code(
    bags: Sequence[Bag], places: Mapping[str, PickupPoint], *, programme: Programme
) -> Message:
    """The digits to be said at the counter, and what they bring; of what has arrived."""
    owed = sum(bag.owed for bag in bags)
    blocks = [kit.figure(_("取貨碼"), bags[0].bill.pickup_code, size="5xl")]
    if len(bags) > 1:
        blocks.append(kit.note(_("報這一個號碼，{count} 筆一次領。", count=len(bags))))
    for bag in bags[:SHOWN]:
        blocks += [kit.rule(), *_bag(bag, places.get(bag.place), programme)]
    if owed:
        blocks += [kit.rule(), kit.row(_("取貨時付"), money(owed), strong=True, colour=kit.WARM)]
    return kit.card(
        _("取貨碼"),
        *blocks,
        choices=[
            kit.choice(_("代領")),
            kit.choice(_("我的訂單")),
            *([kit.choice(_("匯款"))] if owed else []),
            kit.choice(_("取貨紀錄")),
        ],
    )


def not_there_yet(bags: Sequence[Bag]) -> Message:
    """Nothing has arrived."""
    what = "、".join(quotes.named(bag.group_buy) for bag in bags[:5])
    return kit.text(
        _("還沒到貨：{what}。到貨會通知你取貨碼、時間和地點。", what=what),
        choices=[kit.choice(_("我的訂單")), kit.choice(_("換取貨點")), kit.choice(_("代領"))],
    )


def which(found: Sequence[tuple[Bag, Sequence[PickupPoint]]]) -> Message:
    """The places a member may choose from."""
    points = list({point.id: point for _bag, offered in found for point in offered}.values())
    blocks: list[Block] = []
    for bag, _offered in found[:SHOWN]:
        place = bag.place or _("還沒有選")
        blocks.append(
            kit.row(f"{bag.order_no} {bag.group_buy.title}", place, shares=kit.LABEL_WIDE)
        )
    return kit.card(
        _("換取貨點"),
        kit.note(_("現在的取貨點：")),
        *blocks,
        kit.rule(),
        *(block for point in points[:SHOWN] for block in _place(point)),
        choices=[kit.choice(point.name, f"換取貨點 {point.name}") for point in points],
    )


def moved(point: PickupPoint, bags: Sequence[Bag]) -> Message:
    """Their orders wait at this place."""
    numbers = "、".join(bag.order_no for bag in bags)
    return kit.card(
        _("取貨點換好了"),
        kit.row(_("訂單"), numbers, shares=kit.VALUE_WIDE),
        *_place(point),
        choices=[kit.choice(_("我的訂單")), kit.choice(_("換取貨點"))],
    )


def who() -> Message:
    """Asked who fetches it."""
    return kit.text(
        _("誰幫你取貨？請直接輸入稱呼，例如：小林。取貨時報你的名字或取貨碼就可以。"),
        choices=[kit.choice(_("自己拿"), "代領 自己"), kit.choice(_("我的訂單"))],
    )


def sent(proxy: str, count: int) -> Message:
    """Somebody else fetches it, or they themselves again."""
    said = _("好的，{count} 筆訂單由 {proxy} 代領，店家交貨時看得到。", count=count, proxy=proxy)
    if not proxy:
        said = _("好的，{count} 筆訂單改回自己取貨。", count=count)
    return kit.text(
        said,
        choices=[
            kit.choice(_("取貨碼")),
            *([kit.choice(_("自己拿"), "代領 自己")] if proxy else []),
            kit.choice(_("我的訂單")),
        ],
    )


def _bag(bag: Bag, point: PickupPoint | None, programme: Programme) -> list[Block]:
    blocks = [
        kit.row(f"{bag.order_no} {bag.group_buy.title}", _owed(bag), strong=True),
        *kit.bullets([said(goods) for goods in bag.goods[:6]]),
    ]
    if point is not None:
        blocks += _place(point)
    elif bag.place:
        blocks.append(kit.row(_("地點"), kit.clip(bag.place, 60), shares=kit.VALUE_WIDE))
    if bag.slot:
        blocks.append(kit.row(_("時段"), pickup_slots.said(bag.slot), shares=kit.VALUE_WIDE))
    if bag.last_day is not None:
        blocks.append(kit.row(_("最晚"), day(bag.last_day)))
    fee = programme.shop.storage_fee
    if bag.fee:
        blocks.append(kit.row(_("含保管費（晚 {days} 天）", days=bag.days_late), money(bag.fee)))
    elif fee and not bag.bill.fee_waived:
        blocks.append(kit.note(_("之後每天保管費 {fee}。", fee=money(fee))))
    if bag.bill.proxy:
        blocks.append(kit.note(_("代領：{name}", name=bag.bill.proxy)))
    return blocks


def _owed(bag: Bag) -> str:
    return _("要付 {amount}", amount=money(bag.owed)) if bag.owed else _("已付清")


def _place(point: PickupPoint) -> list[Block]:
    said = [kit.clip(each, 100) for each in (point.address, point.hours) if each]
    name = kit.clip(point.name, 40)
    return [kit.line(name, weight="bold"), *(kit.note(each) for each in said)]
