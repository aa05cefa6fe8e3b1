"""The supplier's side of a group-buy: 叫貨, 點貨 on arrival, 缺貨 shared out."""

from __future__ import annotations

from collections.abc import Sequence

from bot import confirming, undoing
from bot.context import Context, Reply
from bot.router import NOTHING, BadUsage, Number, Rest, command
from bot.texts import _
from bot.views import supply as cards
from models.base import N_, Refusal
from models.people.roles import Role
from models.shop import (
    group_buys,
    supply_counts,
    supply_parts,
    supply_shortages,
    supply_totals,
    supply_words,
)
from models.shop.group_buy_records import GroupBuy
from models.shop.supply_totals import SupplyLine
from models.shop.supply_words import Amount
from scheduler import supply_notices

TOPIC = "到貨"
COUNTING, SHORT = "/點貨 3 A 20 B 12", "/缺貨 3 B -5"
ALL = ("到齊", "全到", "全部到齊", "全部", "ok")
NONE = Number("0")


class WhichGroupBuy(Refusal):
    buttons = ("/開團中",)

    def __init__(self) -> None:
        super().__init__(N_("要寫是第幾團，例如「/缺貨 3 B -5」。"))


class NothingShort(Refusal):
    def __init__(self, number: int) -> None:
        super().__init__(
            N_("第 {number} 團目前沒有點出缺貨；要寫缺什麼，例如「/缺貨 {number} B -5」。"),
            number=number,
        )
        self.number = number

    def leads(self, words: str) -> list[tuple[str, str]]:
        data = f"/點貨 {self.number}"
        return [(data, data)]


@command("/叫貨", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/叫貨 3")
def call_for(ctx: Context, number: Number = NONE) -> Reply:
    """要跟廠商訂多少：/叫貨 3；不寫團號看所有已結單的"""
    if number:
        found = [group_buys.find(ctx.session, number)]
    else:
        found = list(supply_totals.to_call_for(ctx.session))
    listed = [(each, supply_totals.lines(ctx.session, each)) for each in found]
    return cards.totals([(each, lines, supply_totals.cases(lines)) for each, lines in listed])


@command("/點貨", role=Role.ORGANISER, topic=TOPIC, careful=True, example=COUNTING)
def count(ctx: Context, number: Number, said: Rest = NOTHING) -> Reply:
    """到貨點數量：/點貨 3 看訂了多少，/點貨 3 A 20 B 12 記下來"""
    group_buy = group_buys.find(ctx.session, number)
    lines = supply_totals.lines(ctx.session, group_buy)
    if not said:
        return cards.counting(group_buy, lines)
    counted = _counted(str(said), lines)
    supply_counts.count(
        ctx.session,
        number,
        [(each.line.kind, each.quantity) for each in counted],
        by=ctx.person,
        now=ctx.now,
    )
    told = "、".join(f"{each.line.name} {each.quantity:+d}" for each in counted)
    kinds = [[*each.line.kind, each.quantity] for each in counted if each.quantity]
    undoing.remember(ctx, "supply.count", said=f"{_('點貨')} {told}", number=number, kinds=kinds)
    ctx.audit("supply.count", f"group_buy:{number}", told[:200])
    lines = supply_totals.lines(ctx.session, group_buy)
    return cards.counting(group_buy, lines, said=_("記下了：{told}", told=told))


@undoing.undoes("supply.count")
def uncount(ctx: Context, *, number: int, kinds: Sequence[tuple[int, str, int]]) -> Reply:
    """Take a count back by one of the opposite."""
    counted = [((item_id, option), -quantity) for item_id, option, quantity in kinds]
    group_buy = supply_counts.count(ctx.session, number, counted, by=ctx.person, now=ctx.now)
    lines = supply_totals.lines(ctx.session, group_buy)
    return cards.counting(group_buy, lines, said=_("這次點貨取消了"))


@command("/缺貨", role=Role.ORGANISER, topic=TOPIC, careful=True, example=SHORT)
def short(ctx: Context, said: Rest) -> Reply:
    """廠商少給，依訂購先後分配：/缺貨 3 B -5"""
    group_buy, rest = _which(ctx, str(said))
    lines = supply_totals.lines(ctx.session, group_buy)
    if not rest:
        missing = [line for line in lines if line.missing > 0 and line.held]
        if not missing or not any(line.arrived for line in lines):
            raise NothingShort(group_buy.id)
        if len(missing) > 1:
            return cards.several(group_buy, missing)
        named = [Amount(missing[0], missing[0].missing)]
    else:
        named = supply_words.amounts(rest, lines, SHORT)
    if len(named) != 1:
        raise BadUsage(SHORT)
    [amount] = named
    shared = supply_shortages.preview(
        ctx.session,
        group_buy.id,
        amount.line.kind,
        abs(amount.quantity),
        by=ctx.person,
        now=ctx.now,
        programme=ctx.programme,
    )
    nonce = confirming.ask(
        ctx,
        "supply.short",
        said=_("缺貨 {name} {count} 份", name=amount.line.name, count=abs(amount.quantity)),
        number=shared.group_buy.id,
        kind=list(amount.line.kind),
        quantity=abs(amount.quantity),
        seen=amount.line.held,
        amount=shared.back,
    )
    return cards.sharing(shared, nonce=nonce)


@confirming.act("supply.short")
def sharing(
    ctx: Context, *, number: int, kind: Sequence[object], quantity: int, seen: int, amount: int
) -> Reply:
    """缺貨分配，通知團友"""
    shared = supply_shortages.share_out(
        ctx.session,
        number,
        (int(str(kind[0])), str(kind[1])),
        quantity,
        by=ctx.person,
        now=ctx.now,
        programme=ctx.programme,
        seen=seen,
    )
    if shared.back != amount:  # somebody paid meanwhile: it may take two persons now
        raise supply_shortages.Moved(number)
    told = supply_notices.short(ctx.session, shared, now=ctx.now)
    name = f"{shared.item.name} {shared.shortage.option}".strip()
    undoing.remember(
        ctx,
        "supply.short",
        said=_("缺貨 {name} {count} 份", name=name, count=quantity),
        shortage=shared.shortage.id,
        number=number,
        before=shared.before,
    )
    detail = f"{name} -{quantity}: {len(shared.cuts)} members, NT${shared.back}"
    ctx.audit("supply.short", f"group_buy:{number}", detail)
    return cards.shared_out(shared, told=told)


@undoing.undoes("supply.short")
def short_no_more(ctx: Context, *, shortage: int, number: int, before: int | None) -> Reply:
    """The goods came after all, and nothing was given back yet."""
    bills = supply_parts.undo(ctx.session, shortage, before, now=ctx.now, programme=ctx.programme)
    group_buy = group_buys.find(ctx.session, number)
    supply_notices.restored(ctx.session, group_buy, bills, shortage, now=ctx.now)
    ctx.audit("supply.short_no_more", f"group_buy:{number}", f"{len(bills)} orders")
    return cards.restored(group_buy, len(bills))


def _counted(said: str, lines: Sequence[SupplyLine]) -> list[Amount]:
    if said.strip().casefold() in ALL:
        return [Amount(line, line.missing) for line in lines if line.missing > 0]
    return supply_words.amounts(said, lines, COUNTING)


def _which(ctx: Context, said: str) -> tuple[GroupBuy, str]:
    """The group-buy that is meant, and what was said of it.

    Raises:
        WhichGroupBuy: none was named, and there is not exactly one whose goods are awaited.
    """
    head, _space, rest = said.partition(" ")
    if head.lstrip("#").isdecimal() and (rest or len(head) < 6):
        return group_buys.find(ctx.session, Number(head)), rest.strip()
    coming = supply_counts.coming(ctx.session)
    if len(coming) != 1:
        raise WhichGroupBuy
    return coming[0], said
