"""What is said in groups, where everybody reads along: few commands, by whoever may.

A command says with `in_group` why it may be given there. Nothing else is
answered, nobody becomes a friend by it, and nothing rides along with the reply.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot import router
from bot.context import Context, Reply
from bot.events import Incoming
from bot.router import Match
from bot.texts import speaking
from models.base import local_day
from models.people import members, roles
from models.people.roles import Role
from models.programme import Programme
from models.talk import outbox
from models.talk.inbox import Stored
from models.talk.outbox_replies import Answer

MOST_MESSAGES = 5


def answer(
    session: Session,
    row: Stored,
    event: Incoming,
    *,
    now: datetime,
    programme: Programme,
    owner: str | None,
    run: Callable[[Context, Callable[[], Reply]], Reply],
) -> None:
    """Run the command that was given, if it may be given here and by them."""
    # most of what is said in groups calls nothing at all: then nobody is looked up
    if event.user_id is None or event.reply_token is None or _called(event, Role.OWNER) is None:
        return
    role = roles.role_of(session, event.user_id, owner=owner)
    match = _called(event, role)
    if match is None:
        return
    member, newcomer = members.enrol(
        session, event.user_id, now=now, today=local_day(now), source="group"
    )
    ctx = Context(session, member, role, now, programme, event, None, newcomer, owner)
    with speaking(member.language):
        reply = run(ctx, lambda: match.command(ctx, match.rest))
        _say(ctx, row, event.reply_token, reply)


def _called(event: Incoming, role: Role) -> Match | None:
    match = router.find(event.words, role) if event.words is not None else None
    if match is None or not match.exact or not match.command.in_group:
        return None
    return match


def _say(ctx: Context, row: Stored, token: str, reply: Reply) -> None:
    messages = reply if isinstance(reply, list) else [reply] if reply else []
    if messages:
        said = Answer(
            inbox_id=row.id,
            member_id=None,
            to_id=str(ctx.event.group_id),
            token=token,
            messages=messages[:MOST_MESSAGES],
            occurred_at=row.received_at,
        )
        outbox.reply(ctx.session, **vars(said), now=ctx.now)
