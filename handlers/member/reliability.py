"""A member's own track record: nothing of it is kept from them."""

from bot.context import Context, Reply
from bot.router import command
from bot.views import reliability as cards
from models.shop.track_record import reliabilities


@command("取貨紀錄", "取貨信用", "我的信用", topic="訂購", reads=(reliabilities,))
def show(ctx: Context) -> Reply:
    """看自己的取貨紀錄和它影響什麼"""
    return cards.explained(ctx.read(reliabilities), ctx.programme.reliability)
