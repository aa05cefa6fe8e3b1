"""A group-buy's cards put into a LINE group, where a reply costs nothing."""

from bot.context import Context, Reply
from bot.router import Number, command
from bot.views import group_buys as cards
from models.base import N_, Refusal
from models.people.roles import Role
from models.shop import group_buys, posts
from models.shop.group_buys import Stage, WrongStage


class OnlyInGroups(Refusal):
    def __init__(self, number: int) -> None:
        super().__init__(
            N_("請到要開團的 LINE 群組裡輸入「/貼團 {number}」，卡片會貼在那裡。"), number=number
        )


@command(
    "/貼團",
    role=Role.ORGANISER,
    topic="開團",
    careful=True,
    example="/貼團 3",
    in_group="它把團購卡片貼給整個群組看",
)
def post(ctx: Context, number: Number) -> Reply:
    """在 LINE 群組貼出團購卡片：到群組裡輸入 /貼團 3"""
    chat_id, token = ctx.event.group_id, ctx.event.reply_token
    if chat_id is None or token is None:
        raise OnlyInGroups(number)
    group_buy = group_buys.find(ctx.session, number)
    if group_buy.stage != Stage.OPEN:
        raise WrongStage(group_buy)
    items = cards.posted_items(group_buy)
    posts.post(ctx.session, group_buy, chat_id, items, reply_token=token, now=ctx.now)
    ctx.audit("group_buy.post", f"group_buy:{group_buy.id}", chat_id)
    return cards.offer_messages(group_buy, now=ctx.now)
