"""Support: what members asked, and answering them from chat."""

from bot.context import Context, Reply
from bot.router import Number, Rest, command
from bot.views import support as cards
from models.base import N_, Refusal
from models.people.consents import Topic
from models.people.members import Member
from models.people.roles import Role
from models.talk import outbox, tickets
from models.talk.outbox import Draft
from models.talk.policy import Purpose


class NobodyToAnswer(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("這位團友沒有 LINE 帳號，請用電話聯絡。"))


@command("/客服單", role=Role.SUPPORT, topic="今日")
def waiting(ctx: Context) -> Reply:
    """看還沒回覆的問題"""
    return cards.waiting(tickets.waiting(ctx.session))


@command("/回覆", role=Role.SUPPORT, topic="客服", careful=True, example="/回覆 #12 您好…")
def answer(ctx: Context, number: Number, text: Rest) -> Reply:
    """回覆團友的問題：/回覆 #12 內容"""
    ticket = tickets.find(ctx.session, number)
    member = ctx.session.get_one(Member, ticket.member_id)
    if member.line_user_id is None:
        raise NobodyToAnswer
    tickets.answered(ctx.session, ticket, now=ctx.now)
    outbox.enqueue(
        ctx.session,
        Draft(
            key=f"answer:{ctx.event.message_id or ctx.now.isoformat()}:{ticket.id}",
            rule="answer",
            period=str(ticket.id),
            member_id=member.id,
            to_id=member.line_user_id,
            messages=[cards.answer(ticket, text)],
            topic=Topic.SERVICE,
            purpose=Purpose.SERVICE,
            due_at=ctx.now,
        ),
        now=ctx.now,
    )
    return cards.answered(ticket)
