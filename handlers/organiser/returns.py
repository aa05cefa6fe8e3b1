"""Returns: what members ask, approved with a refund or declined with a reason."""

from bot.context import Context, Reply
from bot.router import NOTHING, BadUsage, Number, Rest, command
from bot.telling import tell_member
from bot.views import refunds as cards
from bot.views.kit import Message
from handlers.organiser.payments import SUM
from handlers.organiser.refunds import refund_preview
from models.people.members import Member
from models.people.roles import Role
from models.shop import payments, returns
from models.shop.return_records import ReturnRequest

APPROVING, DECLINING = "/退換 准 5 300", "/退換 不准 5 已過賞味期"


@command("/退換", role=Role.ORGANISER, topic="訂單", careful=True, example=APPROVING)
def requests(ctx: Context, said: Rest = NOTHING) -> Reply:
    """看退換申請；/退換 准 5（可加金額）、/退換 不准 5 原因"""
    if not said:
        return cards.requests([_card(ctx, each) for each in returns.waiting(ctx.session)[:10]])
    verdict, _space, rest = said.partition(" ")
    first, _space, more = rest.strip().partition(" ")
    try:
        request = returns.find(ctx.session, Number(first))
    except ValueError:
        raise BadUsage(APPROVING) from None
    if verdict == "准":
        return _approve(ctx, request, more.strip())
    if verdict == "不准":
        return _decline(ctx, request, more.strip())
    raise BadUsage(APPROVING)


def _approve(ctx: Context, request: ReturnRequest, said: str) -> Reply:
    found = SUM.fullmatch(said) if said else None
    if said and found is None:
        raise BadUsage(APPROVING)
    [bill] = payments.bills_of(ctx.session, [request.order_id])
    amount = int(found[1].replace(",", "")) if found else None
    return refund_preview(ctx, bill, amount, request=request.id)


def _decline(ctx: Context, request: ReturnRequest, answer: str) -> Reply:
    if not answer:
        raise BadUsage(DECLINING)
    made = returns.decide(
        ctx.session, request.id, amount=None, answer=answer, by=ctx.person, now=ctx.now
    )
    ctx.audit("return.reject", f"return:{made.id}")
    [bill] = payments.bills_of(ctx.session, [made.order_id])
    tell_member(
        ctx,
        ctx.session.get_one(Member, made.member_id),
        key=f"{made.id}:rejected",
        rule="return",
        message=lambda: cards.not_returned(made, bill.order.order_no, answer),
    )
    return cards.rejected(made)


def _card(ctx: Context, request: ReturnRequest) -> Message:
    [bill] = payments.bills_of(ctx.session, [request.order_id])
    return cards.request(
        request,
        order_no=bill.order.order_no,
        name=ctx.session.get_one(Member, request.member_id).name,
        reason=returns.reason_of(ctx.session, request),
    )
