"""Looking after the shop's surroundings: the token, the quota, the clock, the disk.

One worker at a time asks LINE; all of them look at the rest. What is found is
put on record and told once, and taken back when it is over.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.alerts import tell
from bot.health import free_space
from bot.line import LineError, Unauthorized
from bot.outages import HERE
from bot.runtime import Runtime
from bot.sender_delivery import QUOTA_USED_UP, TOKEN_REFUSED
from bot.texts import _
from models.base import N_, dialect
from models.talk import alerts, outbox_holds, quota, quota_levels
from models.talk.alerts import Alert

log = structlog.get_logger()

ROUND = 15.0  # seconds
ASK_LINE = timedelta(seconds=45)
CLOCK_SLACK = 60.0  # seconds
# a machine whose clock was wrong may be gone for good; one that is not tells again
CLOCK_AGAIN = timedelta(hours=1)

QUOTA_LOW = N_(
    "LINE 本月的訊息額度只剩 {left} 則，低於保留的 {percent}%；用完後主動訊息會暫停，"
    "聊天回覆照常。需要的話請到 LINE 官方帳號管理後台加購。"
)
QUOTA_LEVEL = N_(
    "LINE 本月的訊息額度已用 {percent}%（{used}／{monthly} 則）。輸入 /額度 看還能送多少、"
    "哪些訊息在等。"
)
CLOCK_OFF = N_(
    "伺服器 {machine} 的時鐘差了 {seconds} 秒，優惠期限和發送時間會跟著錯；"
    "請用 NTP 校時，校好會自動恢復。"
)
DISK_LOW = N_("伺服器的磁碟快滿了，只剩 {free} MB；滿了就不能記帳，請盡快清出空間。")
HELD = N_("商店是從備份還原的，主動訊息全部暫停；確認無誤後請執行 flask release pushes。")

Call = Callable[[Coroutine[Any, Any, Any]], Any]


def database_clock(session: Session) -> datetime | None:
    """The time of the database's machine; None for one that has none of its own."""
    if dialect(session) != "postgresql":
        return None
    found: datetime = session.scalars(select(func.clock_timestamp())).one()
    return found


class Watch:
    """Looks every quarter of a minute; `call` waits for an answer of LINE."""

    def __init__(
        self,
        runtime: Runtime,
        call: Call,
        *,
        shared_clock: Callable[[Session], datetime | None] = database_clock,
    ) -> None:
        self._runtime, self._call, self._shared_clock = runtime, call, shared_clock
        self._lasting: dict[str, Alert] = {}
        self._off_line = timedelta()  # our clock less LINE's

    def run(self, stop: threading.Event) -> None:
        """Look until `stop`; a database that is away is waited for."""
        while not stop.wait(ROUND):
            try:
                self.look()
            except Exception as error:
                HERE.failed("watch", error)
            else:
                HERE.worked("watch")

    def look(self) -> None:
        """Look once at everything."""
        now = self._runtime.clock()
        self._lasting = {alert.kind: alert for alert in self._runtime.alerts.lasting()}
        self._disk()
        with self._runtime.sessions.begin() as session:
            ours = quota.take_turn(session, now=now, every=ASK_LINE)
        if ours:
            self._ask_line()
        self._clock()
        self._holds()
        self._quota()
        self._levels()

    def _ask_line(self) -> None:
        line, sessions = self._runtime.line, self._runtime.sessions
        try:
            told = self._call(line.quota())
            date = self._call(line.time())
        except Unauthorized:
            self._begin("token", _(TOKEN_REFUSED))
            return
        except (LineError, TimeoutError, asyncio.CancelledError) as error:
            log.warning("line_not_asked", error=type(error).__name__)
            return
        self._end("token")
        now = self._runtime.clock()
        with sessions.begin() as session:
            quota.keep(session, monthly=told.limit, used=told.used, now=now)
        if date:
            self._off_line = now - parsedate_to_datetime(date).astimezone(UTC)

    def _clock(self) -> None:
        """Ours against LINE's and the database's, which all machines of the shop share."""
        machine = socket.gethostname()[:40]
        seconds = max(abs(off.total_seconds()) for off in (self._off_line, self._off_database()))
        if seconds > CLOCK_SLACK:
            self._begin("clock", _(CLOCK_OFF, machine=machine, seconds=f"{seconds:.0f}"))
            return
        told = self._lasting.get("clock")
        old = told is not None and self._runtime.clock() - told.since > CLOCK_AGAIN
        if told is not None and (machine in told.sentence or old):
            self._end("clock")

    def _off_database(self) -> timedelta:
        with self._runtime.sessions() as session:
            there = self._shared_clock(session)
        return timedelta() if there is None else self._runtime.clock() - there

    def _disk(self) -> None:
        free = free_space(self._runtime)
        if free is not None and free < self._runtime.settings.disk_reserve:
            self._begin("disk", _(DISK_LOW, free=str(free)))
        else:
            self._end("disk")

    def _holds(self) -> None:
        """What is on hold is told; what is not any more, is over."""
        with self._runtime.sessions() as session:
            held = outbox_holds.holds(session)
        scopes, now = {hold.scope for hold in held}, self._runtime.clock()
        if outbox_holds.PUSHES in scopes:
            self._begin("held", _(HELD))
        if any(hold.used_up(now) for hold in held):
            self._begin("quota", _(QUOTA_USED_UP))
        over = {"held": outbox_holds.PUSHES, "quota": outbox_holds.MARKETING}
        for kind in self._lasting:
            rule = kind.removeprefix(alerts.CAMPAIGN)
            scope = over.get(kind, outbox_holds.rule_scope(rule))
            concerns = kind in over or kind.startswith(alerts.CAMPAIGN)
            if concerns and scope not in scopes:
                self._end(kind)

    def _quota(self) -> None:
        percent = self._runtime.programme.messages.reserve_percent
        with self._runtime.sessions() as session:
            told = quota.latest(session)
        if told is not None and told.monthly is not None and told.below(percent):
            left = max(0, told.monthly - told.used)
            self._begin("quota_low", _(QUOTA_LOW, left=f"{left:,}", percent=str(percent)))
        else:
            self._end("quota_low")

    def _levels(self) -> None:
        """Tell once a month that half of the messages are gone, and more of them."""
        runtime, now = self._runtime, self._runtime.clock()
        with runtime.sessions.begin() as session:
            found = quota_levels.passed(session, now=now)
            if found is not None:
                said = _(
                    QUOTA_LEVEL,
                    percent=str(found.percent),
                    used=f"{found.used:,}",
                    monthly=f"{found.monthly:,}",
                )
                tell(session, found.kind, said, since=now, now=now, owner=runtime.settings.owner)

    def _begin(self, kind: str, sentence: str) -> None:
        if kind not in self._lasting:
            self._runtime.alerts.begin(kind, sentence)

    def _end(self, kind: str) -> None:
        if kind in self._lasting:
            self._runtime.alerts.end(kind)
