"""One event in, one reply out, in the caller's transaction.

What a handler refuses is undone to the savepoint and said as a sentence; the
enrolment that came before it stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.orm import Session

from bot import ahead, metrics, router, words
from bot.ahead import Ahead, Known
from bot.contact import Contact
from bot.context import Context, Message, Reply
from bot.downloads import Addresses
from bot.events import Incoming
from bot.groups import Groups
from bot.texts import _, refusal, speaking
from bot.trace import followed
from bot.views import kit
from models.base import Refusal, local_day
from models.people import members, roles
from models.people.members import Member
from models.people.roles import Role
from models.programme import Programme
from models.talk import clicks, outbox, outbox_replies, outbox_riding
from models.talk.inbox import Stored
from models.talk.outbox_records import OutboxMessage
from models.talk.outbox_replies import Answer
from models.talk.policy import SendRules
from models.talk.tracked_links import Ticket

log = structlog.get_logger()

# an event older than this is a replay unless LINE itself says it delivers it again
STALE = timedelta(hours=48)
NOTICE = "notice"  # registered like an event, called along with an answer
RIDING = "riding"  # so too: called when something waits to ride along, to see that it is true
MOST_MESSAGES = 5
MOST_RIDERS = 2
CALL = re.compile(r"\s*(?:\d{1,6}\s+)?[A-Za-z]?\d{0,2}\s*[+＋➕]\s*\d{1,3}\s*$")


@dataclass(frozen=True)
class Dispatcher:
    """Knows the programme, the rules of sending, the owner, and where account and files are."""

    programme: Programme
    owner: str | None = None
    contact: Contact = field(default_factory=Contact)
    addresses: Addresses = field(default_factory=Addresses)
    rules: SendRules = field(default_factory=SendRules)

    def look_ahead(self, session: Session, rows: Sequence[Stored], *, now: datetime) -> Ahead:
        """Read in a few statements what these events will ask for."""
        return ahead.look(session, rows, now=now, programme=self.programme, owner=self.owner)

    @followed
    def handle(
        self,
        session: Session,
        row: Stored,
        *,
        now: datetime,
        content: Any = None,
        batch: Ahead | None = None,
    ) -> None:
        """Do what the event asks for and put the answer into the outbox.

        With a batch the answer may wait in it; whoever has one gives it to `keep`.
        """
        event = batch.events[row.id] if batch else ahead.read(row)
        if not self._concerns_us(event, now):
            return
        if not event.direct:
            if batch:
                # what they do here may change what they are to see in 1:1
                batch.take(event)
            Groups(self.programme, self.owner, self.contact, _kept).handle(
                session, row, event, now=now
            )
            return
        known = batch.take(event) if batch else None
        if batch and known is None:
            # what they said before, or what staff look at, is in its place by then
            self.keep(session, batch, now=now)
        ctx = self._arrive(session, event, known, now=now, content=content)
        if ctx is None:
            return
        if event.tapped is not None:
            ticket = Ticket(event.tapped, clicks.BUTTONS, ctx.member.id)
            clicks.count(session, ticket, now=now)
        with speaking(ctx.member.language):
            messages = _listed(self._answer(ctx, known))
            self._send(ctx, row, messages, known, batch)

    def keep(self, session: Session, batch: Ahead, *, now: datetime) -> None:
        """Put the answers that wait in a batch into the outbox."""
        if batch.answers:
            outbox_replies.keep(session, batch.answers, now=now)
            batch.answers.clear()

    def apologise(self, session: Session, row: Stored, *, now: datetime) -> None:
        """Tell whoever is waiting that something broke, once."""
        event = ahead.read(row)
        if not event.direct or not event.active or event.reply_token is None:
            return
        sentence = _(
            "系統剛剛忙不過來，這則訊息沒有處理成功，請再傳一次。若還是不行，請輸入「客服」。"
        )
        answer = Answer(
            inbox_id=row.id,
            member_id=None,
            to_id=str(event.user_id),
            token=event.reply_token,
            messages=[kit.text(sentence)],
            occurred_at=event.occurred_at,
        )
        outbox.reply(session, **vars(answer), now=now)

    def wants_content(self, session: Session, event: Incoming) -> str | None:
        """The message id whose content must be downloaded before this event is handled."""
        if not event.direct or f"message:{event.message_type}" not in router.FETCHING:
            return None
        role = roles.role_of(session, event.user_id, owner=self.owner)
        return event.message_id if role.covers(Role.ORGANISER) else None

    def ready(self, event: Incoming, content: bytes) -> Any:
        """What was downloaded, as its handler takes it, or why not; the database is not asked."""
        make = router.FETCHING[f"message:{event.message_type}"]
        try:
            return make(content) if content else content
        except Refusal as refused:
            return refused

    def _concerns_us(self, event: Incoming, now: datetime) -> bool:
        fresh = event.redelivered or now - event.occurred_at <= STALE
        return event.active and fresh

    def _arrive(
        self,
        session: Session,
        event: Incoming,
        known: Known | None,
        *,
        now: datetime,
        content: Any,
    ) -> Context | None:
        """Who speaks, enrolled if they are new; None for those who left."""
        if known is not None:
            member, newcomer, role = known.member, False, Role.MEMBER
        else:
            user_id = str(event.user_id)
            member, newcomer = members.enrol(
                session, user_id, now=now, today=local_day(now), source="line"
            )
            role = roles.role_of(session, user_id, owner=self.owner)
        current = self._friendship(session, member, event)
        ctx = Context(
            session, member, role, now, self.programme, event, content, newcomer, self.owner
        )
        ctx.addresses, ctx.rules = self.addresses, self.rules
        if known is not None:
            ctx.facts, ctx.silent = known.facts or {}, not known.asked
        return ctx if current and event.kind != "unfollow" else None

    def _friendship(self, session: Session, member: Member, event: Incoming) -> bool:
        """Follow LINE's own time of the event; False for a follow that is out of date."""
        if event.kind in ("follow", "unfollow"):
            friend = event.kind == "follow"
            changed = members.set_friend(session, member, friend=friend, at=event.occurred_at)
            return changed or friend is False
        if not member.is_friend:  # only a friend's messages come this way
            members.set_friend(session, member, friend=True, at=event.occurred_at)
        return True

    def _answer(self, ctx: Context, known: Known | None) -> Reply:
        try:
            if known is not None and known.match is not None:  # writes nothing to be undone
                return known.match.command(ctx, known.match.rest)
        except Refusal as refused:
            return _refused(ctx, refused)
        return _kept(ctx, lambda: route(ctx))

    def _send(
        self,
        ctx: Context,
        row: Stored,
        messages: list[Message],
        known: Known | None,
        batch: Ahead | None,
    ) -> None:
        token = ctx.event.reply_token
        if token is None:  # nor may the notice count as told
            return
        if NOTICE in router.EVENTS:
            messages = [*messages, *_listed(router.EVENTS[NOTICE](ctx))]
        if not messages:
            return
        messages = messages[:MOST_MESSAGES]
        answer = Answer(
            inbox_id=row.id,
            member_id=ctx.member.id,
            to_id=ctx.person,
            token=token,
            messages=messages,
            occurred_at=row.received_at,
            essential=ctx.essential,
        )
        if batch is not None and known is not None and known.match and not known.rides:
            batch.answers.append(answer)
            return
        room = min(MOST_MESSAGES - len(messages), MOST_RIDERS)
        riding = self._riding(ctx, room)
        outbox.reply(ctx.session, **vars(answer), now=ctx.now, riding=riding)

    def _riding(self, ctx: Context, room: int) -> list[OutboxMessage]:
        """What goes along with the answer, as true as the answer itself."""
        session, member_id = ctx.session, ctx.member.id
        room_for = partial(
            outbox_riding.rides_for, session, member_id, now=ctx.now, limit=room, rules=ctx.rules
        )
        found = room_for()
        if not found or RIDING not in router.EVENTS:
            return found
        router.EVENTS[RIDING](ctx)
        return room_for()


def route(ctx: Context) -> Reply:
    """Find the handler of what was said and call it."""
    event = ctx.event
    if (said := event.words) is not None:
        return _say(ctx, said)
    if event.kind == "message":
        known = router.EVENTS.get(f"message:{event.message_type}", router.EVENTS["message:other"])
        return known(ctx)
    # names of our own are no events, whatever LINE may call one some day
    ours = event.kind in (NOTICE, RIDING) or ":" in event.kind
    return None if ours or event.kind not in router.EVENTS else router.EVENTS[event.kind](ctx)


def sentence(refused: Refusal, said: str = "") -> Message:
    """A refusal of what was said as a message, with what leads on from it as quick replies."""
    metrics.count("refusals", refusal=type(refused).__name__)
    leads = [kit.choice(_(label), data) for label, data in refused.leads(said)]
    return kit.text(refusal(refused), choices=leads)


def _kept(ctx: Context, act: Callable[[], Reply]) -> Reply:
    """What `act` replies; what it wrote before it refused is undone, unless that is to stay."""
    try:
        with ctx.session.begin_nested():
            try:
                return act()
            except Refusal as refused:
                if not refused.keeps:
                    raise
                return _refused(ctx, refused)
    except Refusal as refused:
        return _refused(ctx, refused)


def _refused(ctx: Context, refused: Refusal) -> Reply:
    return sentence(refused, words.plain(ctx.event.words or ""))


def _say(ctx: Context, text: str) -> Reply:
    match = router.find(text, ctx.role)
    waiting = ctx.awaited()
    if waiting is not None and not (match and match.exact):
        answer = router.DIALOGUES.get(waiting.awaiting)
        if answer is not None and (waiting.awaiting in router.HEARING or not CALL.match(text)):
            return answer(ctx, words.plain(text))
    if match is not None:
        return match.command(ctx, match.rest)
    return router.EVENTS["message:text"](ctx)


def _listed(reply: Reply) -> list[Message]:
    if reply is None:
        return []
    return reply if isinstance(reply, list) else [reply]
