"""Telling whoever looks after the shop, once for each thing until it is over.

Several processes may find the same fault: the database decides which of them
tells. Without a database each process tells once on its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from bot import metrics
from bot.views import kit
from models.people import roles
from models.people.consents import Topic
from models.people.members import Member
from models.talk import alerts, outbox
from models.talk.alerts import Alert
from models.talk.outbox import Draft
from models.talk.policy import Purpose

log = structlog.get_logger()

RULE = "alert"
RIDES = timedelta(minutes=10)  # free with the owner's next answer, pushed after that
OF_USE = timedelta(days=1)
# LINE takes no message that would say so; when it does again, it is over
UNSAID = {"token"}
# what the sender says when something is over
OVER = {"quota_back": "quota"}


class Alerts:
    """Begins and ends alerts. Safe to call from any thread; never fails."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        clock: Callable[[], datetime],
        owner: str | None = None,
    ) -> None:
        self._sessions, self._clock, self._owner = sessions, clock, owner
        self._lock = threading.Lock()
        self._alone: set[str] = set()  # told by this process while it had no database

    def __call__(self, kind: str, sentence: str) -> None:
        """What the sender calls; see `bot.sender.Alert`."""
        if kind in OVER:
            self.end(OVER[kind])
        else:
            self.begin(kind, sentence)

    def begin(self, kind: str, sentence: str) -> bool:
        """Tell of a fault, unless somebody has; whether it was told now."""
        now = self._clock()
        try:
            with self._sessions.begin() as session:
                new = alerts.begin(session, kind, sentence, now=now)
                if new:
                    tell(session, kind, sentence, since=now, now=now, owner=self._owner)
        except SQLAlchemyError:
            with self._lock:
                new = kind not in self._alone
                self._alone.add(kind)
        if new:
            metrics.count("alerts", kind=kind.partition(":")[0])
            log.error("alert", kind=kind, sentence=sentence)
        return new

    def end(self, kind: str) -> bool:
        """The fault is over; what was not sent of it yet is called off."""
        with self._lock:
            ended = kind in self._alone
            self._alone.discard(kind)
        try:
            with self._sessions.begin() as session:
                if alerts.end(session, kind):
                    ended = True
                    outbox.cancel(session, rule=RULE, period=kind[:50], now=self._clock())
        except SQLAlchemyError:
            ended = False
        if ended:
            log.info("alert_over", kind=kind)
        return ended

    def lasting(self) -> list[Alert]:
        """The faults on record; of those that a job found, the owners are told here."""
        now = self._clock()
        with self._sessions.begin() as session:
            found = list(alerts.lasting(session))
            for alert in found:
                said = (alert.kind, alert.sentence)
                tell(session, *said, since=alert.since, now=now, owner=self._owner)
        return found


def tell(
    session: Session,
    kind: str,
    sentence: str,
    *,
    since: datetime,
    now: datetime,
    owner: str | None,
) -> None:
    """Write to the owners, each once, in the caller's transaction."""
    if kind in UNSAID:
        return
    for line_user_id in roles.owners(session, owner=owner):
        friend = session.scalar(
            select(Member.id).where(Member.line_user_id == line_user_id, Member.is_friend)
        )
        outbox.enqueue(
            session,
            Draft(
                key=f"{RULE}:{kind[:60]}:{since:%Y%m%dT%H%M%S}:{line_user_id}",
                rule=RULE,
                period=kind[:50],
                member_id=friend,
                to_id=line_user_id,
                messages=[kit.text(f"⚠ {sentence}")],
                topic=Topic.SERVICE,
                purpose=Purpose.SERVICE,
                due_at=now + RIDES if friend else now,
                use_until=now + OF_USE,
                rides=friend is not None,
            ),
            now=now,
        )
