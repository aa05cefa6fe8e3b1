"""The bot invited into a group, and messages taken back."""

from bot.context import Context, Reply
from bot.remarks import Remark
from bot.router import event
from bot.views import group_chat as cards
from models.talk import inbox


@event("group:join")
def invited(remark: Remark) -> Reply:
    """Say once how to begin."""
    return cards.hello(remark.programme.shop_name)


@event("group:unsend")
def taken_back(remark: Remark) -> Reply:
    """Let go of what was written; what it ordered stays."""
    whose = remark.event.user_id or remark.chat_id
    inbox.unsent(remark.session, whose, remark.event.unsent_id or "")
    return None


@event("unsend")
def taken_back_here(ctx: Context) -> Reply:
    """The same in 1:1."""
    inbox.unsent(ctx.session, ctx.person, ctx.event.unsent_id or "")
    return None
