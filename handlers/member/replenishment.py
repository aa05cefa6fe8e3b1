"""Replenishment: whether something is used up, and buying it again."""

from bot.context import Context, Reply
from bot.router import NOTHING, Rest, command
from bot.views import replenishment as cards
from handlers.member import support
from models.shop import purchases, replenishment
from models.shop.purchases import LastPurchase
from models.shop.replenishment import Answer


@command(
    "用完了", "用完", "吃完了", topic="補貨", careful=True, spaced=True, example="用完了 尿布"
)
def finished(ctx: Context, product: Rest = NOTHING) -> Reply:
    """告訴我們用完了，下次提醒更準：用完了 尿布"""
    return cards.noted_finished(_answered(ctx, product, Answer.FINISHED))


@command("還有", "還沒用完", "還沒", topic="補貨", careful=True, spaced=True, example="還有 尿布")
def not_yet(ctx: Context, product: Rest = NOTHING) -> Reply:
    """告訴我們還沒用完：還有 尿布"""
    return cards.noted_not_yet(_answered(ctx, product, Answer.NOT_YET))


@command("再買", "我要再買", topic="補貨", careful=True, spaced=True, example="再買 尿布")
def again(ctx: Context, product: Rest = NOTHING) -> Reply:
    """請店家再幫你訂一次：再買 尿布"""
    bought = purchases.last(ctx.session, ctx.member.id, product)
    return support.ask(ctx, Rest(cards.wish(bought.product)))


def _answered(ctx: Context, product: str, said: Answer) -> LastPurchase:
    bought = purchases.last(ctx.session, ctx.member.id, product)
    replenishment.answer(
        ctx.session,
        member_id=ctx.member.id,
        product_id=bought.product_id,
        bought_on=bought.bought_on,
        said=said,
        today=ctx.today,
        now=ctx.now,
    )
    return bought
