"""Orders as organisers handle them: listed, entered for somebody, pasted from comments."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any

from bot import confirming, undoing
from bot.context import Context, NothingToConfirm, Reply
from bot.router import NOTHING, BadUsage, Number, Rest, command, dialogue
from bot.texts import _
from bot.views import group_buy_states, kit
from bot.views import order_desk as cards
from models.people import search
from models.people.members import Member
from models.people.roles import Role
from models.people.search import Nobody
from models.shop import calling, deposits, desk_queries, entering, group_buys, pasting, rehearsing
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.ordering import Outcome
from models.shop.shares import Want
from scheduler import notices

TOPIC = "訂單"
ENTERING, AFTER, PASTING = "/代喊 小美 A+2", "/補單 3 小美 A+1", "/貼單 3"
ORDER_NO = re.compile(r"\d+-\d+", re.ASCII)
FIRST = Number("1")


@command("/訂單", role=Role.SUPPORT, topic=TOPIC, careful=True, example="/訂單 3")
def listing(ctx: Context, which: str = "", page: Number = FIRST) -> Reply:
    """看一團的訂單和總額：/訂單 3，或一筆：/訂單 3-12"""
    if not which:
        return group_buy_states.listing(rehearsing.running(ctx.session), ctx.now)
    if ORDER_NO.fullmatch(which):
        bill, member, goods = desk_queries.find(ctx.session, which)
        group_buy = group_buys.find(ctx.session, bill.group_buy_id)
        return cards.one(group_buy, bill, member.name, goods)
    try:
        group_buy = group_buys.find(ctx.session, Number(which))
    except ValueError:
        raise BadUsage("/訂單 3") from None
    number = max(int(page), 1)
    first = (number - 1) * cards.PAGE
    rows = desk_queries.page(ctx.session, group_buy.id, first=first, size=cards.PAGE)
    standing = rehearsing.standing(ctx.session, group_buy.id)
    late = deposits.unpaid(ctx.session, group_buy.id)
    return cards.listing(group_buy, rows, standing, page=number, deposits=late)


@command("/代喊", role=Role.ORGANISER, topic=TOPIC, careful=True, example=ENTERING)
def call_for(ctx: Context, said: Rest = NOTHING) -> Reply:
    """幫人登記訂單：/代喊 小美 A+2"""
    if not said:
        return cards.how_to_enter()
    number, rest = entering.numbered(said)
    offers = [group_buys.find(ctx.session, number)] if number else entering.open_now(ctx.session)
    if not offers:
        raise entering.NothingOpen
    return _call(ctx, offers, rest, ENTERING)


@command("/補單", role=Role.ORGANISER, topic=TOPIC, careful=True, example=AFTER)
def call_late(ctx: Context, number: Number, said: Rest) -> Reply:
    """結單後補登一筆：/補單 3 小美 A+1"""
    group_buy = group_buys.find(ctx.session, number)
    if group_buy.stage not in (Stage.OPEN, Stage.CLOSED):
        raise group_buys.WrongStage(group_buy)
    return _call(ctx, [group_buy], said, AFTER)


@confirming.act("order.guest")
def call_for_guest(ctx: Context, *, guest: str, called: str, numbers: Sequence[int]) -> Reply:
    """建立訪客並登記"""
    offers = [group_buys.find(ctx.session, number) for number in numbers]
    member = search.guest(ctx.session, guest, now=ctx.now)
    return _enter(ctx, offers, member, called)


@undoing.undoes("order.enter")
def take_back(
    ctx: Context, *, number: int, entries: Sequence[Any], digests: Sequence[str], told: str
) -> Reply:
    """Take back what was entered, all of it or nothing."""
    for member_id, lines in reversed(entries):
        member = ctx.session.get_one(Member, member_id)
        wants = entering.reversed_wants([Want(*line) for line in lines])
        group_buy = group_buys.find(ctx.session, number)
        entering.enter(ctx.session, group_buy, member, wants, now=ctx.now, programme=ctx.programme)
    pasting.forget(ctx.session, number, digests)
    return cards.undone(told)


@command("/貼單", role=Role.ORGANISER, topic=TOPIC, careful=True, example=PASTING)
def paste(ctx: Context, number: Number, text: Rest = NOTHING) -> Reply:
    """把貼上的留言變成訂單：/貼單 3，換行貼上留言"""
    group_buy = _takes_orders(ctx, number)
    if not text:
        ctx.ask("paste", number=int(number))
        return cards.paste_here(group_buy)
    return _pasted(ctx, group_buy, text)


@dialogue("paste")
def pasted(ctx: Context, text: str) -> Reply:
    """The comments that were asked for."""
    waiting = ctx.awaited()
    if waiting is None:
        raise NothingToConfirm
    return _pasted(ctx, _takes_orders(ctx, int(waiting.facts["number"])), text)


@confirming.act("order.paste")
def enter_pasted(ctx: Context, *, number: int, text: str) -> Reply:
    """登記貼上的留言"""
    group_buy = _takes_orders(ctx, number)
    done = pasting.enter(ctx.session, number, text, now=ctx.now, programme=ctx.programme)
    entries = [(each.member, each.wants) for each in done.entries]
    said = _("貼單 {count} 筆", count=len(entries))
    if entries:
        _remember(ctx, number, entries, said, [each.digest for each in done.entries])
    for each in done.entries:
        _tell(ctx, each.member, each.outcome)
    ctx.audit("order.paste", f"group_buy:{number}", f"{len(entries)} orders")
    return cards.paste_done(group_buys.find(ctx.session, group_buy.id), done)


def _call(ctx: Context, offers: Sequence[GroupBuy], said: str, usage: str) -> Reply:
    name, called = entering.whose(ctx.session, said)
    if not called:
        raise BadUsage(usage)
    try:
        member = search.named(ctx.session, name)
    except Nobody:
        if name.startswith("#") or kit.clean(name) == "":
            raise
        entering.read(called, offers, {}, name)  # or a slip would make guests
        numbers = [offer.id for offer in offers]
        asked = _("建立訪客 {name}", name=name)
        nonce = confirming.ask(
            ctx, "order.guest", said=asked, guest=name, called=called, numbers=numbers
        )
        return cards.unknown(name, called, nonce=nonce)
    return _enter(ctx, offers, member, called)


def _enter(ctx: Context, offers: Sequence[GroupBuy], member: Member, called: str) -> Reply:
    had = calling.had_in(ctx.session, member.id, offers)
    group_buy, found = entering.read(called, offers, had, member.name)
    wants = calling.wants(group_buy, found, had.get(group_buy.id, []))
    if not wants:
        raise entering.NotClear(called, [group_buy])
    outcome = entering.enter(
        ctx.session, group_buy, member, wants, now=ctx.now, programme=ctx.programme
    )
    listed = "、".join(cards.goods(group_buy, wants))
    said = _("{name} {goods}", name=member.name, goods=listed)
    _remember(ctx, group_buy.id, [(member, wants)], said, [])
    _tell(ctx, member, outcome)
    ctx.audit("order.enter", f"group_buy:{group_buy.id}", f"member:{member.id} {called}"[:200])
    return cards.entered(member.name, outcome, wants, guest=member.line_user_id is None)


def _pasted(ctx: Context, group_buy: GroupBuy, text: str) -> Reply:
    found = pasting.read(ctx.session, group_buy.id, text)
    nonce = None
    if found.rows:
        said = _("貼單 {count} 筆", count=len(found.rows))
        nonce = confirming.ask(ctx, "order.paste", said=said, number=group_buy.id, text=str(text))
    else:
        ctx.settle()
    return cards.pasted(group_buy, found, nonce=nonce)


def _takes_orders(ctx: Context, number: int) -> GroupBuy:
    group_buy = group_buys.find(ctx.session, number)
    if group_buy.stage not in (Stage.OPEN, Stage.CLOSED):
        raise group_buys.WrongStage(group_buy)
    return group_buy


def _remember(
    ctx: Context,
    number: int,
    entries: Sequence[tuple[Member, Sequence[Want]]],
    said: str,
    digests: Sequence[str],
) -> None:
    """So that /復原 takes it back."""
    undoing.remember(
        ctx,
        "order.enter",
        said=_("登記 {what}", what=said),
        number=number,
        entries=[[member.id, [list(want) for want in wants]] for member, wants in entries],
        digests=list(digests),
        told=said,
    )


def _tell(ctx: Context, member: Member, outcome: Outcome) -> None:
    """Tell whoever it was entered for, and those for whom it changed something."""
    session, group_buy = ctx.session, outcome.group_buy
    notices.ordered(
        session, group_buy, outcome.bill, member.id, version=secrets.token_hex(6), now=ctx.now
    )
    notices.follow(session, outcome, by=member.id, now=ctx.now)
