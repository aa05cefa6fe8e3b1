"""Agreeing to what somebody else is about to do, where two persons must."""

from bot import confirming
from bot.context import Context, Reply
from bot.router import Number, command
from bot.texts import _
from bot.views import confirming as cards
from models.base import N_, Refusal
from models.people import approvals, roles
from models.people.roles import Role


class NoLongerAsked(Refusal):
    """Whoever asked may not do this themselves any more, or nobody can."""

    def __init__(self, number: int) -> None:
        super().__init__(N_("提出 #{number} 的人已經沒有這個權限，請重新提出。"), number=number)


@command("/待核准", role=Role.ORGANISER, topic="今日")
def waiting(ctx: Context) -> Reply:
    """看等待另一位核准的事"""
    return cards.waiting(approvals.waiting(ctx.session, now=ctx.now))


@command("/核准", role=Role.ORGANISER, topic="", careful=True, example="/核准 #7")
def approve(ctx: Context, number: Number) -> Reply:
    """核准別人提出的大額操作：/核准 #7"""
    approval = approvals.find(ctx.session, number)
    act = confirming.ACTS.get(approval.act)
    asker = roles.role_of(ctx.session, approval.asked_by, owner=ctx.owner)
    if act is None or not (ctx.role.covers(act.role) and asker.covers(act.role)):
        raise NoLongerAsked(number)
    approvals.decide(ctx.session, approval, by=ctx.person, approved=True, now=ctx.now)
    ctx.audit("approval.approve", f"approval:{approval.id}", approval.act)
    ctx.essential = True
    done = confirming.execute(ctx, approval)
    told = cards.approved(approval, by=ctx.member.name or _("另一位"))
    confirming.tell(ctx, approval.asked_by, f"approved:{approval.id}", told)
    return done


@command("/不准", role=Role.ORGANISER, topic="", careful=True, example="/不准 #7")
def decline(ctx: Context, number: Number) -> Reply:
    """不核准別人提出的大額操作，或收回自己的：/不准 #7"""
    approval = approvals.find(ctx.session, number)
    approvals.decide(ctx.session, approval, by=ctx.person, approved=False, now=ctx.now)
    ctx.audit("approval.decline", f"approval:{approval.id}", approval.act)
    if approval.asked_by != ctx.person:
        told = cards.declined(approval)
        confirming.tell(ctx, approval.asked_by, f"declined:{approval.id}", told)
    return cards.declined(approval)
