"""確認 and 取消: the same typed or tapped, bound to the person and to what was asked."""

import re

from bot import router
from bot.context import Context, NothingToConfirm, Reply
from bot.router import command
from bot.texts import _
from bot.views import kit
from models.base import N_, Refusal

YES = "確認"
NONCE = re.compile(r"[0-9a-f]{8,16}", re.ASCII)


class StaleButton(Refusal):
    """The button belongs to another question, another person, or was used."""

    buttons = ("說明",)

    def __init__(self) -> None:
        super().__init__(N_("這個按鈕已經過期或用過了，什麼都沒有改變；需要的話請重新操作一次。"))


@command(YES, "確定", "confirm", topic="", careful=True)
def confirm(ctx: Context, nonce: str = "") -> Reply:
    """確認剛才問你的事"""
    waiting = ctx.awaited()
    # a button of an earlier question must not confirm a later one
    if nonce and (waiting is None or nonce != waiting.nonce):
        raise StaleButton if NONCE.fullmatch(nonce) else NothingToConfirm
    if waiting is None or waiting.awaiting not in router.CONFIRMING:
        raise NothingToConfirm
    return router.DIALOGUES[waiting.awaiting](ctx, YES)


@command("取消", "算了", "cancel", topic="", careful=True)
def cancel(ctx: Context) -> Reply:
    """取消剛才問你的事"""
    if ctx.awaited() is None:
        raise NothingToConfirm
    ctx.settle()
    return kit.text(_("好，取消了，什麼都沒有改變。"), choices=[kit.choice(_("說明"), "說明")])
