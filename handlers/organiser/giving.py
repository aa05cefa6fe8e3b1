"""Points given by hand: confirmed, written down, and undone by reversal."""

from bot import confirming, undoing
from bot.context import Context, Reply
from bot.router import BadUsage, Number, Rest, command
from bot.texts import _
from bot.texts import points as points_said
from bot.views import member_card as cards
from models.loyalty import points
from models.people import search
from models.people.members import Member
from models.people.roles import Role

USAGE = "/加點 小美 100 原因"
MOST = 100_000


@command("/加點", role=Role.ORGANISER, topic="團友", careful=True, example=USAGE)
def give(ctx: Context, name: str, amount: Number, reason: Rest) -> Reply:
    """送點數給一位團友：/加點 小美 100 原因"""
    if not 0 < amount <= MOST:
        raise BadUsage(USAGE)
    member = search.named(ctx.session, name)
    nonce = confirming.ask(
        ctx,
        "points.give",
        said=_("加 {points} 給會員 #{number}", points=points_said(amount), number=member.id),
        member_id=member.id,
        given=int(amount),
        reason=reason[:100],
        amount=amount * ctx.programme.points.value,
    )
    return cards.giving(member, amount, reason, nonce=nonce)


@confirming.act("points.give")
def given(ctx: Context, *, member_id: int, given: int, reason: str, amount: int) -> Reply:
    """送點數給團友"""
    source = f"given:{ctx.event.raw.get('webhookEventId', '')}"
    points.earn(
        ctx.session,
        member_id,
        given,
        source=source,
        earned_on=ctx.today,
        now=ctx.now,
        terms=ctx.programme.points,
        reason=reason,
    )
    ctx.audit("points.give", f"member:{member_id}", str(given))
    said = _("加 {points} 給會員 #{number}", points=points_said(given), number=member_id)
    undoing.remember(
        ctx, "points.give", said=said, member_id=member_id, source=source, amount=amount
    )
    return cards.given(ctx.session.get_one(Member, member_id), given, _available(ctx, member_id))


@undoing.undoes("points.give")
def taken_back(ctx: Context, *, member_id: int, source: str, amount: int) -> Reply:
    """Take back what was given; what was spent already is claimed from what comes next."""
    points.take_back(
        ctx.session,
        earned=source,
        source=f"undo:{source}",
        points=None,
        now=ctx.now,
        terms=ctx.programme.points,
        reason=_("更正"),
    )
    return cards.taken_back(ctx.session.get_one(Member, member_id), _available(ctx, member_id))


def _available(ctx: Context, member_id: int) -> int:
    return points.balance(ctx.session, member_id, ctx.now).available
