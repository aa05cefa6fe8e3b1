"""The organiser's brief of the day."""

from bot.context import Context, Reply
from bot.router import command
from bot.views import briefs as cards
from models.insight import briefs
from models.people.roles import Role


@command("/今日", "/今天", "/today", role=Role.ORGANISER, topic="今日")
def today(ctx: Context) -> Reply:
    """今天要做什麼：訂單、未付款、快結單、到貨、過期未取、客服"""
    found = briefs.brief(ctx.session, now=ctx.now, terms=ctx.programme.shop)
    return cards.card(found, now=ctx.now)
