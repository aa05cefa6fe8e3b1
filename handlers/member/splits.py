"""Members say whether an order may be filled in part when there is not enough."""

from __future__ import annotations

import re

from bot.context import Context, Reply
from bot.router import NOTHING, BadUsage, Rest, command
from bot.views import supply_notices as cards
from models.shop import supply_parts

EXAMPLE = "可拆單 3-12"
ORDER = re.compile(r"#?(\d{1,9}-\d{1,9})", re.ASCII)


@command("可拆單", "可以拆單", "可拆", topic="訂購", careful=True, example=EXAMPLE)
def splits(ctx: Context, order_no: Rest = NOTHING) -> Reply:
    """缺貨時願意先拿一部分：可拆單（或加單號）"""
    orders = supply_parts.consent(ctx.session, ctx.member.id, _number(order_no), splits=True)
    parts = supply_parts.take_parts(
        ctx.session, ctx.member.id, now=ctx.now, programme=ctx.programme
    )
    return cards.consented(orders, parts, splits=True)


@command("不可拆單", "不要拆單", "不拆單", topic="訂購", careful=True, example="不可拆單 3-12")
def keeps_whole(ctx: Context, order_no: Rest = NOTHING) -> Reply:
    """缺貨時要就整筆，不先拿一部分：不可拆單"""
    orders = supply_parts.consent(ctx.session, ctx.member.id, _number(order_no), splits=False)
    return cards.consented(orders, [], splits=False)


def _number(said: str) -> str | None:
    if not said:
        return None
    found = ORDER.fullmatch(said)
    if found is None:
        raise BadUsage(EXAMPLE)
    return found[1]
