"""Somebody who was invited to help says the code."""

from bot import confirming, router
from bot.context import Context, Reply
from bot.router import Rest, command
from bot.views import crew as cards
from models.people import invitations


@command("加入", "join", topic="", careful=True, spaced=True, example="加入 邀請碼")
def accept(ctx: Context, code: Rest) -> Reply:
    """用店長給的邀請碼加入：加入 邀請碼"""
    if not any(character in invitations.ALPHABET for character in code.upper()):
        return router.EVENTS["message:text"](ctx)
    role, inviter = invitations.accept(ctx.session, code, person=ctx.person, now=ctx.now)
    ctx.audit("role.accept", f"member:{ctx.member.id}", role.value)
    told = cards.accepted(ctx.member.name, role)
    confirming.tell(ctx, inviter, f"accepted:{ctx.member.id}:{ctx.now:%m%d%H%M%S}", told)
    return cards.welcome(role)
