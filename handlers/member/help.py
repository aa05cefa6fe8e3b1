"""Help, made from the commands; and what to say when nothing was understood."""

from bot import router
from bot.context import Context, Reply
from bot.router import command
from bot.views import help as cards
from models.talk import conversation

APOLOGIES = 3


@command("說明", "幫助", "選單", "功能", "怎麼用", "使用說明", "help", "menu", topic="", menu=6)
def show(ctx: Context) -> Reply:
    """看可以做什麼"""
    return cards.overview(router.visible(ctx.role))


def not_understood(ctx: Context) -> Reply:
    """One gentle guess as a button, or a hand-over; never the same apology twice running."""
    before = conversation.awaited(ctx.session, ctx.person, now=ctx.now, slot="fallback")
    count = int(before.facts["count"]) + 1 if before else 0
    conversation.await_answer(
        ctx.session,
        ctx.person,
        "fallback",
        {"count": count},
        nonce="",
        now=ctx.now,
        slot="fallback",
    )
    guesses = router.guesses(ctx.event.text or ctx.event.data, ctx.role)[:3]
    return cards.not_understood(guesses, turn=count)
