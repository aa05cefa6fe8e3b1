"""Members ask to return what they picked up: 退換 with the order's number and why."""

from bot import confirming
from bot.context import Context, Reply
from bot.router import NOTHING, Rest, command
from bot.views import refunds as cards
from models.people import roles
from models.people.roles import Role
from models.shop import returns


@command(
    *("退換", "退貨", "換貨", "退換貨", "return"),
    topic="訂購",
    careful=True,
    spaced=True,
    example="退換 3-12 有一顆壞了",
)
def ask(ctx: Context, said: Rest = NOTHING) -> Reply:
    """取貨後申請退換：退換 單號 原因"""
    number, _space, reason = said.strip("#＃ ").partition(" ")
    if not number or "-" not in number:
        bills = returns.returnable(
            ctx.session, ctx.member.id, now=ctx.now, programme=ctx.programme
        )
        days = returns.days_for(ctx.session, ctx.member.id, now=ctx.now, programme=ctx.programme)
        return cards.which_return(bills, days=days)
    made = returns.ask(
        ctx.session,
        ctx.member.id,
        number[:40],
        reason.strip(),
        now=ctx.now,
        programme=ctx.programme,
    )
    ctx.essential = True
    said_why = returns.reason_of(ctx.session, made)
    card = cards.request(made, order_no=number, name=ctx.member.name, reason=said_why)
    for other in roles.holders(ctx.session, Role.ORGANISER, owner=ctx.owner):
        confirming.tell(ctx, other, f"return:{made.id}", card)
    return cards.asked(made, number)
