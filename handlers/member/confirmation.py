"""確認 and 取消: the same typed or tapped, bound to the person and to what was asked."""

from bot import router
from bot.context import Context, NothingToConfirm, Reply
from bot.router import command
from bot.texts import _
from bot.views import kit

YES = "確認"


@command(YES, "確定", "confirm", topic="", careful=True)
def confirm(ctx: Context, nonce: str = "") -> Reply:
    """確認剛才問你的事"""
    waiting = ctx.awaited()
    if waiting is None or waiting.awaiting not in router.CONFIRMING:
        raise NothingToConfirm
    # a button of an earlier question must not confirm a later one
    if nonce and nonce != waiting.nonce:
        raise NothingToConfirm
    return router.DIALOGUES[waiting.awaiting](ctx, YES)


@command("取消", "算了", "cancel", topic="", careful=True)
def cancel(ctx: Context) -> Reply:
    """取消剛才問你的事"""
    if ctx.awaited() is None:
        raise NothingToConfirm
    ctx.settle()
    return kit.text(_("好，取消了，什麼都沒有改變。"), choices=[kit.choice(_("說明"), "說明")])
