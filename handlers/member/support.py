"""Support: a question goes to the people who look after the shop."""

from bot.context import Context, Reply
from bot.router import NOTHING, Rest, command
from bot.views import support as cards
from models.people import roles
from models.people.consents import Topic
from models.talk import outbox, tickets
from models.talk.outbox import Draft
from models.talk.policy import Purpose
from models.talk.tickets import Ticket


@command(
    "客服",
    "找店家",
    "真人",
    "意見",
    "support",
    topic="客服",
    careful=True,
    menu=5,
    example="客服 想問的事",
)
def ask(ctx: Context, question: Rest = NOTHING) -> Reply:
    """有問題找店家：客服 想問的事"""
    if not question:
        return cards.what_about()
    return cards.thanks(opened(ctx, question))


def opened(ctx: Context, question: str) -> Ticket:
    """Keep what a member asks, and tell those who look after the shop."""
    ticket = tickets.open_ticket(ctx.session, ctx.member.id, question, now=ctx.now)
    tell(ctx, ticket)
    return ticket


def tell(ctx: Context, ticket: Ticket, *, more: bool = False) -> None:
    """Show a question to those who look after the shop; again, if there is `more` in it."""
    message = cards.question(ticket, name=ctx.member.name)
    again = f"{ctx.event.message_id or ctx.now.isoformat()}:" if more else ""
    for line_user_id in roles.staff(ctx.session, owner=ctx.owner):
        outbox.enqueue(
            ctx.session,
            Draft(
                key=f"ticket:{ticket.id}:{again}{line_user_id}",
                rule="ticket",
                period=str(ticket.id),
                member_id=None,
                to_id=line_user_id,
                messages=[message],
                topic=Topic.SERVICE,
                purpose=Purpose.SERVICE,
                due_at=ctx.now,
            ),
            now=ctx.now,
        )
