"""Undoing the last thing one did."""

from typing import Any

from bot import confirming, undoing
from bot.context import Context, Reply
from bot.router import command
from bot.texts import _
from bot.views import acts as cards
from bot.views import audit_words
from models.people import audit
from models.people.roles import Role

# whoever says /復原 right after one of these means it, and it stays
FINAL = {
    *("group_buy.open", "group_buy.arrive", "group_buy.fail", "group_buy.finish"),
    *("group_buy.go_ahead", "group_buy.release", "group_buy.reopen"),
    *("order.refund", "dunning", "pickup.hand_over", "shipping.deliver", "broadcast.send"),
}


@command("/復原", role=Role.SUPPORT, topic="店務", careful=True)
def last(ctx: Context) -> Reply:
    """復原你 24 小時內最後一個操作"""
    done = undoing.last(ctx)
    found = undoing.UNDOING.get(done.action)
    if found is not None and found.at_once:
        return undoing.undo(ctx, done.id, actor=ctx.person)
    data: dict[str, Any] = {"number": done.id, "actor": ctx.person}
    if isinstance(done.facts.get("amount"), int):
        data["amount"] = done.facts["amount"]
    said = _("復原：{said}", said=done.said)
    nonce = confirming.ask(ctx, "undo", said=said, **data)
    newest = audit.newest_of(ctx.session, ctx.person)
    final = audit_words.action(newest.action) if newest and newest.action in FINAL else ""
    return cards.undoing(done, nonce=nonce, final=final)


@confirming.act("undo", role=Role.SUPPORT)
def undo(ctx: Context, *, number: int, actor: str, amount: int = 0) -> Reply:
    """復原一個操作"""
    return undoing.undo(ctx, number, actor=actor)
