"""Due outbox rows to LINE: as a worker that never ends, or once for the command line.

Any number of senders may run at once; with a `share` they keep LINE's limit
together. Being woken is only a hint: a sender also looks on its own a few times a second.
"""

from __future__ import annotations

import asyncio
import gc
import random
import threading
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeVar

import structlog
from sqlalchemy.orm import Session, sessionmaker

from bot.line import Line
from bot.outages import HERE
from bot.pace_share import Share
from bot.sender_delivery import Delivery, Options
from bot.texts import _
from models.talk.policy import SendRules

log = structlog.get_logger()
Result = TypeVar("Result")

BELL = "outbox"
LISTEN = 0.5  # seconds between looks at whether the sender is to stop
TROUBLE = 0.5  # seconds before the database is tried again
# Allocations after which Python looks for garbage in rings. Hundreds of calls under way are
# none, and looking through them every 700 took a third of the sender's time
SELDOM = (20_000, 20, 20)
ENOUGH = 5  # rate limits in a row after which one drain leaves the rest for later


class Tally(NamedTuple):
    """What became of the messages that were due; `retry` are to be tried again."""

    sent: int = 0
    retry: int = 0
    dead: int = 0
    skipped: int = 0
    expired: int = 0
    parked: int = 0
    unknown: int = 0
    cancelled: int = 0


class Bell(Protocol):
    """Tells that there is something to send; Redis or PostgreSQL may stand behind it."""

    def wait(self, bell: str, seconds: float) -> bool:
        """Sleep until `bell` rings or the time is over; whether it rang."""
        ...


class Alert(Protocol):
    """Tells whoever looks after the shop.

    `kind` is `quota`, `quota_back`, `token` or `campaign:` and its rule. Called
    in a thread that nothing waits for.
    """

    def __call__(self, kind: str, sentence: str) -> None: ...


def only_log(kind: str, sentence: str) -> None:
    log.error("alert", kind=kind, sentence=sentence)


class Sender:
    """Sends what the outbox holds, in the order it is due, under the rules of the moment."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        line: Line,
        clock: Callable[[], datetime],
        rules: SendRules,
        *,
        alert: Alert = only_log,
        wakeups: Bell | None = None,
        share: Share | None = None,
        options: Options | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self._sessions, self._line, self._clock, self._rules = sessions, line, clock, rules
        self._alert, self._wakeups, self._share = alert, wakeups, share
        self._options = options or Options()
        # Spreads retries only; nothing secret hangs on it
        self._chance = chance or random.Random()  # noqa: S311
        self._woken: Callable[[], object] | None = None
        self._lock = threading.Lock()

    def drain(self, now: datetime | None = None) -> Tally:
        """Send what is due at `now` (by the clock, if None), each message once, and return."""
        return _run(self.draining(now or self._clock()))

    async def draining(self, at: datetime) -> Tally:
        """The same for whoever has a loop already."""
        return await self._closing(self._drain(at))

    def run(self, stop: threading.Event) -> None:
        """Send until `stop` is set, then end within ten seconds. Blocks its thread."""
        threading.Thread(target=self._listen, args=(stop,), daemon=True).start()
        _run(self._closing(self._serve(stop)))

    def wake(self) -> None:
        """Have a look now. From any thread, at any time."""
        with self._lock:
            if self._woken is not None:
                self._woken()

    async def _drain(self, now: datetime) -> Tally:
        delivery = self._delivery(lambda: now)
        while True:
            if await delivery.step():
                continue
            if delivery.busy:
                await delivery.rest(self._options.poll)
            elif delivery.barred and delivery.limited.closings < ENOUGH:
                await asyncio.sleep(delivery.limited.shut)
            else:
                return Tally(**{name: delivery.counts[name] for name in Tally._fields})

    async def _serve(self, stop: threading.Event) -> None:
        delivery = self._delivery(self._clock)
        if self._share is not None:
            self._share.begin()
        loop = asyncio.get_running_loop()
        self._hear(lambda: loop.call_soon_threadsafe(delivery.changed.set))
        try:
            while not stop.is_set():
                try:
                    more = await delivery.step()
                except Exception as error:
                    # The database may be away; what came back is kept and recorded later
                    HERE.failed("sender", error)
                    await asyncio.sleep(TROUBLE)
                else:
                    HERE.worked("sender")
                    if not more:
                        await delivery.rest(self._options.poll)
            await delivery.finish()
        finally:
            self._hear(None)

    async def _closing(self, work: Coroutine[Any, Any, Result]) -> Result:
        try:
            return await work
        finally:
            if self._share is not None:
                await self._share.end()
            close = getattr(self._line.transport, "close", None)
            if close is not None:
                await close()

    def _delivery(self, now: Callable[[], datetime]) -> Delivery:
        return Delivery(
            self._sessions,
            self._line,
            self._rules,
            now=now,
            notify=self._notify,
            share=self._share,
            options=self._options,
            chance=self._chance,
        )

    def _notify(self, kind: str, msgid: str, values: dict[str, str]) -> None:
        loop = asyncio.get_running_loop()
        loop.run_in_executor(None, self._tell, kind, _(msgid, **values))

    def _tell(self, kind: str, sentence: str) -> None:
        try:
            self._alert(kind, sentence)
        except Exception:
            log.exception("alert_failed", kind=kind)

    def _hear(self, woken: Callable[[], object] | None) -> None:
        with self._lock:
            self._woken = woken

    def _listen(self, stop: threading.Event) -> None:
        while not stop.is_set():
            if self._wakeups is None:
                stop.wait()
            elif self._wakeups.wait(BELL, LISTEN):
                self.wake()
        self.wake()


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    import uvloop  # for those who send only

    often = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)
    finally:
        gc.set_threshold(*often)
