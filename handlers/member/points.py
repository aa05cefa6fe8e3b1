"""Points: the balance, the history, and why it is what it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.context import Context, Reply
from bot.router import Number, command
from bot.views import points as cards
from models.loyalty import points
from models.loyalty.points import Balance
from models.programme import Programme

PAGE = 8
EXPLAINED = 12
LATEST = Number("0")


def held(
    session: Session, member_ids: Sequence[int], *, now: datetime, programme: Programme
) -> Mapping[int, Balance]:
    """What these members have, in one statement."""
    return points.balances(session, member_ids, now)


@command(
    *("點數", "積分", "紅利", "紅利點數", "point", "points"),
    topic="點數",
    reads=(held,),
)
def balance(ctx: Context) -> Reply:
    """看可用點數和到期日"""
    return cards.balance(ctx.read(held))


@command("點數明細", "點數紀錄", topic="點數", example="點數明細")
def history(ctx: Context, before: Number = LATEST) -> Reply:
    """看每一筆點數進出"""
    found = points.history(ctx.session, ctx.member.id, before_id=before or None, limit=PAGE + 1)
    return cards.history(found[:PAGE], more=len(found) > PAGE)


@command("點數怎麼來", "點數為什麼", "點數怎麼算", "why points", topic="點數")
def explain(ctx: Context) -> Reply:
    """把點數一筆一筆加給你看"""
    balance = points.balance(ctx.session, ctx.member.id, ctx.now)
    found = points.history(ctx.session, ctx.member.id, limit=EXPLAINED)
    earlier = found[-1].available_after - found[-1].points if found else 0
    return cards.explanation(balance, found, earlier=earlier)
