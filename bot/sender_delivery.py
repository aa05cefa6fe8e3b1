"""One round after another: record what came back, take what is due, send it.

Recording and taking share one transaction; the calls to LINE come after its
commit, so no transaction is ever open during one.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session, sessionmaker

from bot import metrics, shown
from bot import sender_outcomes as outcomes
from bot.limits import RATE, Gate, Pace
from bot.line import (
    Accepted,
    Line,
    LineError,
    QuotaExhausted,
    RateLimited,
    Retryable,
    Unauthorized,
)
from bot.pace_share import Share, Turns
from bot.sender_lanes import Lanes
from models.base import N_
from models.talk.broadcast_records import RULE as BROADCAST
from models.talk.outbox_claim import claim
from models.talk.outbox_complete import Outcome, Settlement, complete_many
from models.talk.outbox_parcels import Batch, Parcel
from models.talk.outbox_records import Kind, State
from models.talk.policy import SendRules

log = structlog.get_logger()

Notify = Callable[[str, str, dict[str, str]], None]  # kind, message id, its values

QUOTA_USED_UP = N_(
    "LINE 本月的訊息額度已用完：行銷訊息先暫停，系統每小時試一次；聊天回覆照常。"
    "需要的話請到 LINE 官方帳號管理後台加購。"
)
QUOTA_BACK = N_("LINE 的訊息額度恢復了，先前暫停的行銷訊息會陸續送出。")
TOKEN_REFUSED = N_(
    "LINE 不接受目前的存取權杖，訊息全部暫停；請更換 LINE_CHANNEL_ACCESS_TOKEN 後重新啟動。"
)
CAMPAIGN_PAUSED = N_("「{rule}」的訊息大多被 LINE 退回，已先暫停，請檢查內容後再恢復。")
BROADCAST_PAUSED = N_(
    "推播 #{number} 大多被 LINE 退回，已先暫停。請看 /成效 {number}，"
    "要繼續請輸入 /繼續 {number}，不送了請輸入 /取消 {number}。"
)


@dataclass(frozen=True)
class Options:
    """How a sender works. Times in seconds.

    `at_once` calls may be under way, `reserved` of them for what is urgent; one and
    a half times as many messages are taken ahead. A lease lasts `lease`, and no call
    starts that could outlast it. Outcomes are recorded `together` at a time, or `soon`
    after the first of them, or `later` if it was not urgent.
    """

    at_once: int = 400
    reserved: int = 100
    lease: float = 60.0
    call: float = 10.0
    poll: float = 0.3
    grace: float = 8.0
    rate: float | None = RATE
    pause: float = 1.0
    halt: float = 300.0
    together: int = 400
    soon: float = 0.01
    later: float = 0.1

    @property
    def calm(self) -> int:
        """Calls that may be under way for what is not urgent."""
        return max(1, self.at_once - self.reserved)

    @property
    def ahead(self) -> int:
        return self.at_once * 3 // 2


class Delivery:
    """The messages in this process's hands, and the calls under way.

    `barred` says that the last step could take nothing because LINE said that
    it was too much; a moment later it may.
    """

    def __init__(
        self,
        sessions: sessionmaker[Session],
        line: Line,
        rules: SendRules,
        *,
        now: Callable[[], datetime],
        notify: Notify,
        share: Share | None,
        options: Options,
        chance: random.Random,
    ) -> None:
        self._sessions, self._line, self._rules = sessions, line, rules
        self._now, self._notify, self._options, self._chance = now, notify, options, chance
        self._paces: dict[Kind, Turns] = {
            kind: share.turns(kind.value) if share else Pace(options.rate) for kind in Kind
        }
        self._done: list[tuple[Parcel, Outcome]] = []
        self._lanes = Lanes(options.calm, self._send)
        self._told: set[bool] = set()
        self._tries: Counter[tuple[Kind, str]] = Counter()
        # a line for each of a hundred thousand offers would cost as much as sending them
        self._tells_each = log.is_enabled_for(logging.DEBUG)
        self.limited = Gate(options.pause)
        self.token = Gate(options.halt, options.halt)
        self.changed = asyncio.Event()
        self.counts: Counter[str] = Counter()
        self.barred = False

    @property
    def busy(self) -> bool:
        return bool(self._lanes.in_hand or self._done)

    async def step(self) -> bool:
        """Record, take and start; whether there is more to take at once."""
        self.changed.clear()
        self._told.clear()
        done, room = list(self._done), self._room()
        self.barred = room <= 0 and not self.token.closings
        if not done and not room:
            return False
        started = time.monotonic()
        settlement, batch = await asyncio.to_thread(self._transact, done, room)
        del self._done[: len(done)]
        await self._tell(settlement)
        self.counts.update(settlement.counts)
        if sent := settlement.counts[State.SENT]:
            log.info("sent", messages=sent)
        self.counts.update(batch.ended)
        self._count(batch)
        self._lanes.take(batch.parcels, started + self._options.lease - self._options.call)
        return bool(batch.moved or batch.ended) or 0 < room == len(batch.parcels)

    async def rest(self, seconds: float) -> None:
        """Wait until something changed, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                await self.changed.wait()
        except TimeoutError:
            return

    async def finish(self) -> None:
        """Let calls under way end, cut off those that take too long, record them all."""
        left = await self._lanes.finish(self._options.grace)
        self._done += ((parcel, outcomes.untried(parcel)) for parcel in left)
        self._count(Batch())
        try:
            await asyncio.to_thread(self._transact, list(self._done), 0)
        except Exception:
            # Their leases run out, and the same keys tell LINE that it has them
            log.exception("not_recorded", messages=len(self._done))

    def _room(self) -> int:
        if self.limited.shut or self.token.shut:
            return 0
        room = self._options.at_once + self._options.ahead - self._lanes.in_hand
        # After a refused token one message finds out whether it works again
        return min(room, 1) if self.token.closings else room

    def _calm_room(self) -> int:
        return self._options.calm + self._options.ahead - self._lanes.calm_in_hand

    def _transact(self, done: list[tuple[Parcel, Outcome]], room: int) -> tuple[Settlement, Batch]:
        now = self._now()
        with self._sessions.begin() as session:
            settlement = complete_many(session, done, now=now) if done else Settlement()
            shown.keep(session, done, now=now)
            if room <= 0:
                return settlement, Batch()
            batch = claim(
                session,
                now=now,
                limit=room,
                calm=1 if room == 1 else self._calm_room(),
                rules=self._rules,
                lease_for=timedelta(seconds=self._options.lease),
            )
        return settlement, batch

    async def _send(self, parcel: Parcel, last_start: float) -> None:
        outcome, called = None, False
        try:
            await self._paces[parcel.kind].acquire()
            if not self._must_wait(last_start):
                called = True
                answer = await self._answer(parcel)
                self._heed(answer)
                outcome = self._outcome(parcel, answer)
        except asyncio.CancelledError:
            if called:
                outcome = self._outcome(parcel, Retryable("the sender was stopped"))
        self._done.append((parcel, outcome or outcomes.untried(parcel)))
        self._tell_soon(parcel.urgent)

    def _tell_soon(self, urgent: bool) -> None:
        """Have outcomes recorded, many at a time while there are many."""
        if len(self._done) >= self._options.together or self._lanes.in_hand == 1:
            self.changed.set()
        elif urgent not in self._told:
            self._told.add(urgent)
            wait = self._options.soon if urgent else self._options.later
            asyncio.get_running_loop().call_later(wait, self.changed.set)

    def _must_wait(self, last_start: float) -> bool:
        return bool(self.limited.shut or self.token.shut or time.monotonic() > last_start)

    async def _answer(self, parcel: Parcel) -> Accepted | LineError:
        try:
            if parcel.kind is Kind.REPLY:
                return await self._line.reply(parcel.reply_token or "", parcel.body)
            return await self._line.push(parcel.to_id, parcel.body, retry_key=parcel.retry_key)
        except LineError as error:
            return error
        except Exception as error:
            # Whatever went wrong, LINE may have the message
            log.exception("send_failed", outbox_id=parcel.id, rule=parcel.rule)
            return Retryable(type(error).__name__)

    def _outcome(self, parcel: Parcel, answer: Accepted | LineError) -> Outcome:
        outcome = outcomes.of(parcel, answer, now=self._now(), chance=self._chance)
        sent = outcome.state is State.SENT
        if not sent or self._tells_each:
            (log.debug if sent else log.info)(
                "sent_one" if sent else "not_sent",
                outbox_id=parcel.id,
                rule=parcel.rule,
                state=outcome.state.value,
                reason=outcome.reason,
                line_request_id=answer.request_id,
            )
        became = "retry" if outcome.state is State.QUEUED else outcome.state.value
        self._tries[parcel.kind, became] += 1
        return outcome

    def _heed(self, answer: Accepted | LineError) -> None:
        if isinstance(answer, QuotaExhausted):
            metrics.count("line_limits", limit="month")
        if isinstance(answer, RateLimited):
            metrics.count("line_limits", limit="second")
            self.limited.close()
        elif isinstance(answer, Unauthorized):
            if not self.token.closings:
                self._notify("token", TOKEN_REFUSED, {})
            self.token.close()
        else:
            self.limited.passed()
            self.token.passed()

    async def _tell(self, settlement: Settlement) -> None:
        if settlement.late:
            log.warning("completed_too_late", messages=settlement.late)
        if settlement.quota_used_up:
            self._notify("quota", QUOTA_USED_UP, {})
        if settlement.quota_back:
            self._notify("quota_back", QUOTA_BACK, {})
        for rule in settlement.paused:
            number = rule.removeprefix(BROADCAST)
            said = CAMPAIGN_PAUSED if number == rule else BROADCAST_PAUSED
            self._notify(f"campaign:{rule}", said, {"rule": rule, "number": number})

    def _count(self, batch: Batch) -> None:
        for (kind, outcome), tries in self._tries.items():
            metrics.count("sends", tries, kind=kind.value, outcome=outcome)
        self._tries.clear()
        for state, messages in batch.ended.items():
            metrics.count("unsent", messages, state=state)
        for outcome, replies in batch.late.items():
            metrics.count("late_replies", replies, outcome=outcome)
