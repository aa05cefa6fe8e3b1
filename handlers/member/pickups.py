"""Fetching one's goods: the code, another place, somebody else who goes."""

import re

from bot.context import Context, Reply
from bot.router import NOTHING, Rest, command, dialogue
from bot.views import pickup_points as cards
from bot.views import pickup_slots as slot_cards
from models.base import N_, Refusal
from models.shop import pickup_points, pickup_queries, pickup_slots
from models.shop.pickup_points import NothingToFetch

DIALOGUE = "proxy"
MYSELF = {"自己", "自己拿", "自己領", "本人", "取消", "不用", "不用了"}
LONGEST = 20
NUMBERED = re.compile(
    r"(?:訂單|單號)?[:：#＃ ]*(\d{1,9}-\d{1,9})(?:[\s:：,，、]+|$)(.*)", re.ASCII
)


class WhoFetches(Refusal):
    buttons = ("代領", "我的訂單")

    def __init__(self) -> None:
        super().__init__(
            N_("請只輸入代領人的稱呼，{longest} 個字以內，例如：代領 小林"), longest=LONGEST
        )


@command("取貨碼", "提貨碼", "領貨碼", topic="訂購")
def code(ctx: Context) -> Reply:
    """看取貨碼：到場報號碼就能領"""
    terms = ctx.programme.shop
    bags = pickup_queries.coming(ctx.session, ctx.member.id, now=ctx.now, terms=terms)
    if not bags:
        raise NothingToFetch
    there = [bag for bag in bags if bag.group_buy.stage in pickup_queries.THERE]
    if not there:
        return cards.not_there_yet(bags)
    places = {point.name: point for point in pickup_points.in_use(ctx.session)}
    return cards.code(there, places, programme=ctx.programme)


@command("換取貨點", topic="訂購", careful=True, spaced=True, example="換取貨點 管理室")
def move(ctx: Context, name: Rest = NOTHING) -> Reply:
    """換到別的取貨點領（到貨前）"""
    terms, member_id = ctx.programme.shop, ctx.member.id
    if not name:
        found = pickup_points.choices(ctx.session, member_id, now=ctx.now, terms=terms)
        if not found:
            raise pickup_points.CannotMove
        return cards.which(found)
    point, bags = pickup_points.choose(
        ctx.session, member_id, name.strip("「」 "), now=ctx.now, terms=terms
    )
    return cards.moved(point, bags)


@command("取貨時段", topic="訂購", careful=True, spaced=True, example="取貨時段 18:00-19:00")
def slot(ctx: Context, at: Rest = NOTHING) -> Reply:
    """到貨後選什麼時候來拿"""
    terms, member_id = ctx.programme.shop, ctx.member.id
    if at:
        chosen, bags = pickup_slots.choose(ctx.session, member_id, at, now=ctx.now, terms=terms)
        return slot_cards.chosen(chosen, bags)
    found = pickup_slots.choices(ctx.session, member_id, now=ctx.now, terms=terms)
    if not found:
        raise pickup_slots.NoSlots
    return slot_cards.which(found)


@command("代領", "代領人", topic="訂購", careful=True, spaced=True, example="代領 小林")
def send(ctx: Context, name: Rest = NOTHING) -> Reply:
    """請別人幫你領：代領 小林，只有一筆就寫單號：代領 3-12 小林"""
    order_no, who = _read(name)
    if who:
        return _sent(ctx, who, order_no)
    terms = ctx.programme.shop
    if not pickup_queries.coming(ctx.session, ctx.member.id, now=ctx.now, terms=terms):
        raise NothingToFetch
    ctx.ask(DIALOGUE, order_no=order_no)
    return cards.who()


@dialogue(DIALOGUE)
def named(ctx: Context, text: str) -> Reply:
    """Who it is that fetches."""
    waiting = ctx.awaited()
    order_no, who = _read(text)
    asked = str(waiting.facts.get("order_no", "")) if waiting else ""
    reply = _sent(ctx, who, order_no or asked)
    ctx.settle()
    return reply


def _read(said: str) -> tuple[str, str]:
    """The number of an order, which may come first, and who is to fetch it."""
    numbered = NUMBERED.match(said.strip())
    return (numbered[1], numbered[2]) if numbered else ("", said)


def _sent(ctx: Context, said: str, order_no: str) -> Reply:
    name = " ".join(said.split()).strip("。！!「」 ")
    if not name or len(name) > LONGEST:
        raise WhoFetches
    proxy = "" if name in MYSELF else name
    count = pickup_points.send(
        ctx.session,
        ctx.member.id,
        proxy,
        now=ctx.now,
        terms=ctx.programme.shop,
        order_no=order_no,
    )
    return cards.sent(proxy, count)
