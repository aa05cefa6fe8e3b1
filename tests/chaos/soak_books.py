"""What a soak came to: LINE's account of it held against the shop's."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Engine, func, select, union_all
from sqlalchemy.orm import Session

from models import database
from models.people.consents import ConsentEntry
from models.people.members import Member
from models.shop.orders import Order
from models.talk.inbox import InboxEvent
from models.talk.outbox_records import REPLY_RULE, Kind, OutboxMessage, State
from models.talk.tickets import Ticket
from tests.chaos.soak_line import CountingLine
from tests.chaos.soak_load import Said
from tests.processes import SECRETS

WORDS_OF_CONSENT = {"停止行銷": False, "恢復行銷": True}
Found = Counter[Any]


class Files(Protocol):
    """Orders that were to be imported, and files nobody managed to."""

    orders: list[str]
    unfinished: list[str]


class Books:
    """`lost` and `twice` name what is wrong, by what it concerns; empty if nothing is."""

    def __init__(self, engine: Engine, line: CountingLine, said: list[Said], desk: Files) -> None:
        self.lost: dict[str, list[Any]] = {}
        self.twice: dict[str, list[Any]] = {}
        taken = set(line.taken)
        heard = [each for each in said if each.event_id in taken]
        with database.sessions(engine, SECRETS["SECRET_KEY"])() as session:
            self._events(session, line)
            self._effects(session, heard)
            self._pushes(session, line)
            self._hold("orders", Counter(desk.orders), Counter(session.scalars(_orders())))
            self.states = dict(map(tuple, session.execute(_states())))
        self._none("files", self.lost, desk.unfinished)
        given_up = set(line.made) - taken
        self._none("given up by LINE", self.lost, given_up)

    @property
    def sound(self) -> bool:
        return not (self.lost or self.twice)

    def _events(self, session: Session, line: CountingLine) -> None:
        """Each event once, done, and its answer kept once."""
        stored = session.execute(
            select(InboxEvent.id, InboxEvent.event_id, InboxEvent.state)
        ).all()
        done = Counter(row.event_id for row in stored if row.state in ("done", "ignored"))
        self._hold("events", Counter(line.taken.keys()), done, also=set(line.made))
        tokens = {row.id for row in stored if line.taken.get(row.event_id)}
        replies = select(OutboxMessage.period).where(OutboxMessage.rule == "reply")
        answered = Counter(int(period) for period in session.scalars(replies))
        bodies = select(InboxEvent.body).where(InboxEvent.id.in_(tokens - set(answered)))
        self._none("answers", self.lost, session.scalars(bodies))
        self._none("answers", self.twice, _repeated(answered))

    def _effects(self, session: Session, heard: list[Said]) -> None:
        """What people said, and what it did: a question, a consent, a name, a friend."""
        asked = Counter(each.words[3:] for each in heard if each.words.startswith("客服"))
        self._hold("questions", asked, Counter(session.scalars(select(Ticket.question))))
        consents = Counter(
            (each.person, WORDS_OF_CONSENT[each.words])
            for each in heard
            if each.words in WORDS_OF_CONSENT
        )
        logged = (
            select(Member.line_user_id, ConsentEntry.granted)
            .join(ConsentEntry, ConsentEntry.member_id == Member.id)
            .where(ConsentEntry.source == "chat", ConsentEntry.topic == "all")
        )
        self._hold("consents", consents, Counter(map(tuple, session.execute(logged))))
        names: dict[str, set[str]] = {}
        for each in heard:
            if each.words.startswith("稱呼"):
                names.setdefault(each.person, set()).add(each.words[3:])
        kept = dict(map(tuple, session.execute(select(Member.line_user_id, Member.name))))
        wrong = [who for who, said in names.items() if kept.get(who) not in said]
        self._none("names", self.lost, wrong)
        self._none("people", self.lost, {each.person for each in heard} - set(kept))

    def _pushes(self, session: Session, line: CountingLine) -> None:
        """Every push is with LINE once, or in a state with a name; and LINE has no others."""
        rows = session.execute(
            select(
                OutboxMessage.retry_key,
                OutboxMessage.state,
                OutboxMessage.rule,
                OutboxMessage.lease,
                OutboxMessage.rides_on_id,
                OutboxMessage.to_id,
                OutboxMessage.messages,
            ).where(OutboxMessage.kind == Kind.PUSH)
        ).all()
        alone = [row for row in rows if row.rides_on_id is None]
        sent = {row.retry_key for row in alone if row.state == State.SENT}
        open_ones = {row.retry_key for row in alone if row.state == State.UNKNOWN}
        keys = set(line.keys)
        self._none("pushes said to be sent", self.lost, sent - keys)
        self._none(
            "pushes LINE has, and the shop does not know", self.lost, keys - sent - open_ones
        )
        self._none("pushes in nobody's hands", self.lost, [r for r in rows if r.lease])
        # answers to two questions may be alike; that no question has two was seen above
        alike = Counter((r.to_id, r.messages) for r in alone if r.rule == REPLY_RULE)
        self._none("pushes LINE took", self.twice, _repeated(line.pushes, alike))
        self._none("keys LINE took", self.twice, _repeated(line.keys))

    def _hold(
        self, what: str, wanted: Found, found: Found, *, also: set[Any] | None = None
    ) -> None:
        """`also` may be there without having been promised."""
        allowed = wanted | Counter(dict.fromkeys(also or set(), 1))
        self._none(what, self.lost, (wanted - found).elements())
        self._none(what, self.twice, (found - allowed).elements())

    def _none(self, what: str, where: dict[str, list[Any]], wrong: Any) -> None:
        if listed := list(wrong):
            where[what] = listed


def waiting(engine: Engine, now: datetime) -> int:
    """How much there is still to do: events to handle, messages that are due or under way."""
    due = OutboxMessage.due_at <= now
    queued = (OutboxMessage.state == State.QUEUED) & OutboxMessage.rides_on_id.is_(None)
    with engine.connect() as connection:
        return sum(
            connection.scalars(
                union_all(
                    _count(InboxEvent, InboxEvent.state == "new"),
                    _count(OutboxMessage, (queued & due) | OutboxMessage.lease.is_not(None)),
                )
            )
        )


def _count(kind: Any, which: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(kind).where(which)


def _orders() -> Any:
    return select(Order.order_no)


def _states() -> Any:
    return select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)


def _repeated(counted: Counter[Any], allowed: Counter[Any] | None = None) -> list[Any]:
    allowed = allowed or Counter()
    return [what for what, times in counted.items() if times > max(1, allowed[what])]
