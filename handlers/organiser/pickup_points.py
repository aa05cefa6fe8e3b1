"""The places goods are handed over at, and which of them a group-buy offers."""

import re

from bot import undoing
from bot.context import Context, Reply
from bot.router import NOTHING, BadUsage, Rest, command
from bot.texts import _
from bot.views import pickup_points as cards
from models.people.roles import Role
from models.shop import group_buys, pickup_points

USAGE = "/取貨點 新增 管理室 中正路1號 每天 18:00-21:00"
ADD, CLOSE = {"新增", "加", "add"}, {"刪除", "移除", "關閉"}
# 平日 18:00-21:00, 18:00~21:00, 週一到週五 晚上6點後
HOURS = re.compile(r"(?:^|\s)((?:(?:每天|平日|假日|週|周|星期)\S*\s+)?\S*\d{1,2}[:：點時].*)$")
LONGEST = 20


@command("/取貨點", role=Role.ORGANISER, topic="訂單", careful=True, example="/取貨點")
def points(ctx: Context, said: Rest = NOTHING) -> Reply:
    """看取貨點；新增：/取貨點 新增 管理室 地址 時間；給一團：/取貨點 3 管理室 全家店"""
    head, _space, rest = said.partition(" ")
    rest = rest.strip()
    if not head:
        return cards.listing(pickup_points.in_use(ctx.session))
    if head in ADD:
        return _add(ctx, rest)
    if head in CLOSE and rest:
        return _close(ctx, rest)
    if head.isascii() and head.isdigit() and len(head) < LONGEST:
        return _offer(ctx, int(head), rest.split())
    raise BadUsage(USAGE)


@undoing.undoes("pickup_point.close")
def open_again(ctx: Context, *, name: str) -> Reply:
    """Use a place again."""
    pickup_points.close(ctx.session, name, now=None)
    return cards.listing(pickup_points.in_use(ctx.session))


def _add(ctx: Context, rest: str) -> Reply:
    name, _space, where = rest.partition(" ")
    if not name or len(name) > LONGEST:
        raise BadUsage(USAGE)
    hours = HOURS.search(where)
    address = where[: hours.start()] if hours else where
    point = pickup_points.add(
        ctx.session,
        name,
        address=address.strip(),
        hours=hours[1].strip() if hours else "",
        now=ctx.now,
    )
    ctx.audit("pickup_point.add", f"pickup_point:{point.id}", name)
    return cards.listing(pickup_points.in_use(ctx.session))


def _close(ctx: Context, name: str) -> Reply:
    pickup_points.close(ctx.session, name, now=ctx.now)
    undoing.remember(ctx, "pickup_point.close", said=_("刪除取貨點 {n}", n=name), name=name)
    ctx.audit("pickup_point.close", "pickup_point", name)
    return cards.listing(pickup_points.in_use(ctx.session))


def _offer(ctx: Context, number: int, names: list[str]) -> Reply:
    known = pickup_points.in_use(ctx.session)
    if not names:
        group_buy = group_buys.find(ctx.session, number)
        offered = pickup_points.of_group_buys(ctx.session, [number]).get(number, [])
        return cards.offered(group_buy, offered, known)
    chosen = [pickup_points.named(known, name) for name in names]
    group_buy = pickup_points.offer(ctx.session, number, chosen)
    ctx.audit("pickup_point.offer", f"group_buy:{number}", " ".join(p.name for p in chosen))
    return cards.offered(group_buy, chosen, known)
