"""What is said in groups, where everybody reads along: orders, and few commands.

A command says with `in_group` why it may be given there. Everything else goes to
the handlers of `group:` events, who mostly say nothing: nobody becomes a friend by
it, nothing rides along with the reply, and no word of it is kept (`bot.worker`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import metrics, router, words
from bot.contact import Contact
from bot.context import Context, Message, Reply
from bot.events import Incoming
from bot.remarks import GROUP, Remark
from bot.router import Match
from bot.texts import speaking
from models.base import Refusal, local_day
from models.people import members, roles
from models.people.roles import Role
from models.programme import Programme
from models.talk import outbox
from models.talk.inbox import Stored
from models.talk.outbox_replies import Answer

MOST_MESSAGES = 5
TONGUE = "zh-TW"
SAID, REFUSED = f"{GROUP}said", f"{GROUP}refused"  # names of our own
SPEAKS = ("message", "postback")
Run = Callable[[Context, Callable[[], Reply]], Reply]


@dataclass(frozen=True)
class Groups:
    """Handles what happens in groups; `run` runs a command and answers its refusals.

    A handler of a remark undoes by itself what it wrote before it refused.
    """

    programme: Programme
    owner: str | None
    contact: Contact
    run: Run

    def handle(self, session: Session, row: Stored, event: Incoming, *, now: datetime) -> None:
        """Do what an event asks for, and put the answer, if there is one, into the outbox."""
        if event.group_id is None:
            return
        replied = self._commanded(session, event, now)
        if replied is None:
            replied = self._remarked(session, event, now)
        if event.reply_token is None or not replied:
            return
        known = Remark(session, now, self.programme, event, self.contact).member
        said = Answer(
            inbox_id=row.id,
            # what repeats their words goes when they are erased
            member_id=known.id if known else None,
            to_id=event.group_id,
            token=event.reply_token,
            messages=list(replied[:MOST_MESSAGES]),
            occurred_at=row.received_at,
        )
        outbox.reply(session, **vars(said), now=now)

    def _commanded(
        self, session: Session, event: Incoming, now: datetime
    ) -> Sequence[Message] | None:
        """Run the command that was given, if it may be given here and by them."""
        # most of what is said in groups calls nothing at all: then nobody is looked up
        if event.user_id is None or event.reply_token is None or not _called(event, Role.OWNER):
            return None
        role = roles.role_of(session, event.user_id, owner=self.owner)
        match = _called(event, role)
        if match is None:
            return None
        member, newcomer = members.enrol(
            session, event.user_id, now=now, today=local_day(now), source="group"
        )
        ctx = Context(
            session, member, role, now, self.programme, event, None, newcomer, self.owner
        )
        with speaking(member.language):
            return _listed(self.run(ctx, lambda: match.command(ctx, match.rest)))

    def _remarked(self, session: Session, event: Incoming, now: datetime) -> Sequence[Message]:
        handler = router.EVENTS.get(_kind(event))
        if handler is None:
            return ()
        remark = Remark(session, now, self.programme, event, self.contact)
        with speaking(TONGUE):
            try:
                return _listed(handler(remark))
            except Refusal as refused:
                metrics.count("refusals", refusal=type(refused).__name__)
                # whom it enrolled is unknown again
                again = Remark(session, now, self.programme, event, self.contact)
                return _listed(router.EVENTS[REFUSED](again, refused))


def _kind(event: Incoming) -> str:
    if event.kind in SPEAKS:
        return SAID if event.words is not None else ""
    kind = f"{GROUP}{event.kind}"
    # names of our own are no events, whatever LINE may call one some day
    return "" if kind in (SAID, REFUSED) else kind


def _called(event: Incoming, role: Role) -> Match | None:
    said = event.words
    if said is None or words.plain(said)[:1] not in router.IN_GROUP:
        return None
    match = router.find(said, role)
    if match is None or not match.exact or not match.command.in_group:
        return None
    return match


def _listed(reply: Reply) -> Sequence[Message]:
    if reply is None:
        return ()
    return reply if isinstance(reply, list) else [reply]
