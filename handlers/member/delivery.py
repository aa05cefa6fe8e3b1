"""Where a member's orders are sent: asked once, before the first that is."""

from bot.context import Context, Reply
from bot.router import NOTHING, Rest, command, dialogue
from bot.texts import _
from bot.views import delivery as cards
from handlers.member import ordering_quotes
from models.shop import recipients
from models.shop.group_buy_terms import Delivery


@command("收件資料", "收件人", "收件地址", topic="會員", careful=True, spaced=True)
def details(ctx: Context, field: Rest = NOTHING) -> Reply:
    """看和改收件人、電話、超商門市、地址"""
    if field not in cards.FIELDS:
        return cards.shown(recipients.of(ctx.session, ctx.member.id))
    ctx.ask(ordering_quotes.DELIVERY, field=str(field), quote=None)
    return cards.question(field)


@dialogue(ordering_quotes.DELIVERY)
def given(ctx: Context, text: str) -> Reply:
    """One detail; then the next that is missing, or the quote that waits for it."""
    waiting = ctx.awaited()
    if waiting is None:
        return details(ctx)
    field, quote = str(waiting.facts["field"]), waiting.facts["quote"]
    recipients.give(ctx.session, ctx.member.id, field, text, now=ctx.now)
    if quote is None:
        ctx.settle()
        return details(ctx)
    proposal = ordering_quotes.kept(quote)
    known = recipients.of(ctx.session, ctx.member.id)
    missing = known.missing(proposal.delivery or Delivery.PICKUP)
    if missing:
        return ordering_quotes.ask_detail(ctx, missing[0], quote)
    return ordering_quotes.ask(ctx, proposal, note=_("收件資料記好了，再看一次就可以確認。"))
