"""Points: the balance, the history, and why it is what it is."""

from bot.context import Context, Reply
from bot.router import Number, command
from bot.views import points as cards
from models.loyalty import points

PAGE = 8
EXPLAINED = 12
LATEST = Number("0")


@command("點數", "積分", "紅利", "紅利點數", "point", "points", topic="點數", menu=2)
def balance(ctx: Context) -> Reply:
    """看可用點數和到期日"""
    return cards.balance(points.balance(ctx.session, ctx.member.id, ctx.now))


@command("點數明細", "點數紀錄", topic="點數", example="點數明細")
def history(ctx: Context, before: Number = LATEST) -> Reply:
    """看每一筆點數進出"""
    found = points.history(ctx.session, ctx.member.id, before_id=before or None, limit=PAGE + 1)
    return cards.history(found[:PAGE], more=len(found) > PAGE)


@command("點數怎麼來", "點數為什麼", "點數怎麼算", "why points", topic="點數")
def explain(ctx: Context) -> Reply:
    """把點數一筆一筆加給你看"""
    held = points.balance(ctx.session, ctx.member.id, ctx.now)
    found = points.history(ctx.session, ctx.member.id, limit=EXPLAINED)
    earlier = found[-1].available_after - found[-1].points if found else 0
    return cards.explanation(held, found, earlier=earlier)
