"""My orders: how each stands, what is owed, where and when to pick up; one in full."""

from bot.context import Context, Reply
from bot.router import NOTHING, Rest, command
from bot.views import my_orders
from bot.views import orders as cards
from models.shop import order_queries
from models.shop.order_queries import mine


@command(
    *("我的訂單", "訂單", "查單", "查訂單", "有登記到嗎", "多少錢", "什麼時候拿", "在哪拿"),
    *("orders", "order"),
    topic="訂購",
    menu=2,
    spaced=True,
    reads=(mine,),
    example="訂單 3-12",
)
def show(ctx: Context, number: Rest = NOTHING) -> Reply:
    """看訂單進度、應付金額、取貨時間和地點"""
    if number:
        return _one(ctx, number.strip("#＃ "))
    return my_orders.mine(ctx.read(mine), programme=ctx.programme)


def _one(ctx: Context, number: str) -> Reply:
    """The order with this number, or those that a part of one may mean."""
    if number.isascii() and number.isdecimal():
        found = order_queries.numbered(ctx.session, ctx.member.id, number)
        if len(found) > 1:
            return my_orders.which(found, number)
        number = found[0].order.order_no if found else number
    fact = order_queries.detail(ctx.session, ctx.member.id, number)
    return cards.in_full(fact, programme=ctx.programme)
