"""The organiser's brief of the day: each line one thing, beside it the button that leads on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.texts import _, day, money, points
from bot.views import group_buys, kit
from bot.views.kit import Block, Message
from models.insight.briefs import DAY, Brief, Sum, Waiting
from models.shop.group_buy_records import GroupBuy

EACH = 4  # group-buys in one state; the rest are counted


def card(found: Brief, *, now: datetime) -> Message:
    """What came in, what has to be done, and in one line what is all right."""
    blocks: list[Block] = [*_came_in(found)]
    for block in _to_do(found, now):
        blocks += [kit.rule(), block]
    fine = _fine(found)
    if fine:
        blocks += [kit.rule(), kit.note(_("沒有：{names}。", names="、".join(fine)))]
    return kit.card(
        _("今日 {day}", day=day(found.today)),
        *blocks,
        choices=[
            kit.choice(_("開團中"), "/開團中"),
            kit.choice(_("開團"), "/開團"),
            kit.choice(_("額度"), "/額度"),
            kit.choice(_("操作紀錄"), "/操作紀錄"),
            kit.choice(_("說明")),
        ],
    )


def _came_in(found: Brief) -> Iterator[Block]:
    yield kit.row(_("今天的訂單"), _orders(found.ordered.get(found.today)), strong=True)
    yield kit.row(_("昨天的訂單"), _orders(found.ordered.get(found.today - DAY)))
    reading = found.quota
    if reading is not None and reading.monthly is not None:
        left = max(reading.monthly - reading.used, 0)
        said = _("{left}／{all} 則", left=f"{left:,}", all=f"{reading.monthly:,}")
        scarce = reading.below(10)
        yield kit.row(_("本月可發訊息"), said, colour=kit.WARM if scarce else kit.INK)


def _to_do(found: Brief, now: datetime) -> Iterator[Block]:
    """What waits for somebody, what is late in front."""
    yield from map(_late, found.late[:EACH])
    yield from _money(found)
    yield from _people(found)
    yield from (_closing(each, now) for each in found.closing[:EACH])
    yield from map(_coming, found.coming[:EACH])
    yield from map(_there, found.there[:EACH])
    lists = (found.late, found.closing, found.coming, found.there)
    more = sum(max(len(each) - EACH, 0) for each in lists)
    if more:
        said = _("也快到期限了")
        yield _entry(_("另有 {count} 團", count=more), said, _("看全部"), "/開團中")
    yield from _gifts(found)


def _money(found: Brief) -> Iterator[Block]:
    if found.reported or found.strange:
        parts = []
        if found.reported:
            parts.append(_("{count} 筆匯款回報", count=found.reported))
        if found.strange:
            parts.append(_("{count} 筆入帳還沒對到訂單", count=found.strange))
        yield _entry(_("等對帳"), "，".join(parts), _("對帳"), "/對帳")
    owed = found.unpaid
    if owed.orders:
        said = _("{count} 筆，{amount}", count=f"{owed.orders:,}", amount=money(owed.amount))
        if owed.due_on is not None:
            said += _("，最早 {day} 到期", day=day(owed.due_on))
        late = owed.due_on is not None and owed.due_on < found.today
        yield _entry(_("未付款"), said, _("催款"), "/催款", warm=late)


def _people(found: Brief) -> Iterator[Block]:
    if found.approvals:
        said = _("{count} 件", count=found.approvals)
        yield _entry(_("等核准"), said, _("去看"), "/待核准", warm=True)
    if found.questions:
        said = _("{count} 則沒回覆", count=found.questions)
        if found.asked_at is not None:
            said += _("，最早 {day}", day=day(found.asked_at))
        yield _entry(_("客服"), said, _("回覆"), "/客服單", warm=True)
    if found.returns:
        yield _entry(_("退換申請"), _("{count} 件", count=found.returns), _("去看"), "/退換")
    if found.failed:
        said = _("{count} 則 LINE 不收", count=found.failed)
        yield _entry(_("訊息沒送到"), said, _("去看"), "/自動訊息", warm=True)


def _gifts(found: Brief) -> Iterator[Block]:
    """What the shop tells members of itself; the button says whether it is on."""
    if found.birthdays:
        said = _("{count} 位今天生日", count=f"{found.birthdays:,}")
        yield _entry(_("生日"), said, _("設定"), "/自動訊息")
    parts = []
    if found.points.quantity:
        parts.append(
            _(
                "{count} 位的 {points}",
                count=f"{found.points.quantity:,}",
                points=points(found.points.amount),
            )
        )
    if found.coupons:
        parts.append(_("{count} 張券", count=f"{found.coupons:,}"))
    if parts:
        yield _entry(_("七天內到期"), "、".join(parts), _("設定"), "/自動訊息")


def _closing(group_buy: GroupBuy, now: datetime) -> Block:
    at = group_buy.closes_at
    said = _("{at} 結單", at=group_buys.when(at, now)) if at else ""
    short = group_buy.short
    if short:
        said += _("，還差 {count} 份成團", count=short)
    elif group_buy.minimum is not None:
        said += _("，已成團")
    return _entry(_named(group_buy.id, group_buy.title), said, _("看"), f"/團 {group_buy.id}")


def _coming(group_buy: GroupBuy) -> Block:
    on = group_buy.pickup_on
    said = _("{day} 取貨，還沒到貨", day=day(on)) if on else _("還沒到貨")
    title = _named(group_buy.id, group_buy.title)
    return _entry(title, said, _("點貨"), f"/點貨 {group_buy.id}")


def _late(each: Waiting) -> Block:
    said = _("{count} 筆過期未取，期限 {day}", count=each.orders, day=day(each.last_day))
    return _entry(
        _named(each.number, each.title), said, _("去看"), f"/未取 {each.number}", warm=True
    )


def _there(each: Waiting) -> Block:
    said = _("{count} 筆待取，到 {day}", count=each.orders, day=day(each.last_day))
    return _entry(_named(each.number, each.title), said, _("分貨單"), f"/分貨單 {each.number}")


def _fine(found: Brief) -> list[str]:
    """What somebody would look for, and there is none of it."""
    named = (
        (_("未付款"), found.unpaid.orders),
        (_("等對帳"), found.reported or found.strange),
        (_("客服問題"), found.questions),
        (_("退換申請"), found.returns),
        (_("快結單的團"), len(found.closing)),
        (_("該到貨的團"), len(found.coming)),
        (_("過期未取"), len(found.late)),
        (_("生日"), found.birthdays),
        (_("沒送到的訊息"), found.failed),
    )
    return [name for name, count in named if not count]


def _orders(found: Sum | None) -> str:
    found = found or Sum()
    count = f"{found.quantity:,}"
    return _("{count} 筆，{amount}", count=count, amount=money(found.amount))


def _named(number: int, title: str) -> str:
    return _("第 {number} 團 {title}", number=number, title=kit.clip(title, 40))


def _entry(title: str, said: str, label: str, words: str, *, warm: bool = False) -> Block:
    text = kit.column(
        kit.line(title, size="sm", weight="bold"),
        kit.line(said, size="sm", color=kit.WARM if warm else kit.MUTED),
        spacing="xs",
        flex=7,
    )
    button = kit.column(kit.button(label, words), flex=4)
    return kit.beside(text, button, alignItems="center")
