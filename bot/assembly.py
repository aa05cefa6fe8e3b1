"""The working parts of a process, made from its runtime."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.dispatch import Dispatcher
from bot.downloads import Addresses
from bot.heartbeat import Heartbeat
from bot.intake import Intake
from bot.line import Line
from bot.pace_share import Share
from bot.profiles import Profiles
from bot.runtime import Runtime
from bot.sender import Sender
from bot.watch import Watch
from bot.worker import InboxWorker
from models.talk.policy import SendRules

Result = TypeVar("Result")


class Loop:
    """An asyncio loop in a thread of its own, for the few calls that threads wait for."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="line")
        self._thread.start()

    def call(self, work: Coroutine[Any, Any, Result], seconds: float = 30.0) -> Result:
        """Wait for the result, or for whatever stopped it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def close(self) -> None:
        """End the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()


async def once(line: Line, work: Coroutine[Any, Any, Result]) -> Result:
    """The result of a single call to LINE, its connections closed again."""
    try:
        return await work
    finally:
        await hang_up(line)


async def hang_up(line: Line) -> None:
    """Close what the running loop keeps open towards LINE."""
    close = getattr(line.transport, "close", None)
    if close is not None:
        await close()


def intake(runtime: Runtime) -> Intake:
    """What the webhook hands its events to."""
    return Intake(
        runtime.sessions,
        secrets=runtime.settings.channel_secrets,
        clock=runtime.clock,
        wakeups=runtime.wakeups,
    )


def inbox_worker(runtime: Runtime, loop: Loop) -> InboxWorker:
    """What reads the inbox."""
    return InboxWorker(
        runtime.sessions,
        Dispatcher(
            runtime.programme,
            runtime.settings.owner,
            runtime.contact,
            Addresses(runtime.settings.public_url, runtime.settings.secret_key),
            rules(runtime),
        ),
        clock=runtime.clock,
        wakeups=runtime.wakeups,
        fetch=lambda message_id: loop.call(runtime.line.content(message_id)),
    )


def sender(runtime: Runtime, *, shared: bool = True) -> Sender:
    """What empties the outbox; unless `shared`, nobody else may."""
    redis_url = runtime.settings.redis_url or None
    return Sender(
        runtime.sessions,
        runtime.line,
        runtime.clock,
        rules(runtime),
        alert=runtime.alerts,
        wakeups=runtime.wakeups,
        share=Share(runtime.sessions, runtime.clock, redis_url=redis_url) if shared else None,
    )


def profiles(runtime: Runtime, loop: Loop) -> Profiles:
    """What learns the names of new friends, and the account's own."""
    return Profiles(runtime.sessions, runtime.line, loop.call, runtime.clock, runtime.contact)


def rules(runtime: Runtime) -> SendRules:
    """When the shop may write, from the settings and the programme."""
    return SendRules(
        quiet=runtime.settings.quiet_hours,
        cap=runtime.programme.messages.cap,
        cap_days=runtime.programme.messages.cap_days,
        reserve_percent=runtime.programme.messages.reserve_percent,
    )


class Worker:
    """Inbox, outbox and profiles, each in its thread, until `stop`."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime, self.stopping = runtime, threading.Event()
        self._loop = Loop()
        self._threads: list[threading.Thread] = []

    def start(self, *, watching: bool = False) -> None:
        """Begin to work; with `watching` also look after the token, the quota and the like."""
        parts = {
            "inbox": inbox_worker(self.runtime, self._loop).run,
            "sender": sender(self.runtime).run,
            "profiles": profiles(self.runtime, self._loop).run,
        }
        if watching:
            parts["watch"] = Watch(self.runtime, self._loop.call).run
        for name, run in parts.items():
            # daemons: one that hangs must not keep the process from its end
            thread = threading.Thread(target=run, args=[self.stopping], name=name, daemon=True)
            thread.start()
            self._threads.append(thread)
        working = list(self._threads)
        heart = Heartbeat(
            self.runtime.sessions,
            self.runtime.clock,
            "worker",
            alive=lambda: all(thread.is_alive() for thread in working),
        )
        beating = threading.Thread(
            target=heart.run, args=[self.stopping], name="heartbeat", daemon=True
        )
        beating.start()
        self._threads.append(beating)

    def stop(self, seconds: float = 7.0) -> None:
        """Let what is at hand finish, and end."""
        self.stopping.set()
        for bell in ("inbox", "outbox", "profiles"):
            self.runtime.wakeups.ring(bell)
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(TimeoutError):
            self._loop.call(hang_up(self.runtime.line), seconds=1)
        self._loop.close()
