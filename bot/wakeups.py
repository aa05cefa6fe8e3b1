"""Telling whoever waits that there is something to do, in this process and in others.

Only ever a hint: whoever waits also looks on its own every so often, so a lost
wake-up costs a moment and never a message. What carries it may be absent, hang or die.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

import structlog

log = structlog.get_logger()

REST = 5.0  # seconds to leave a broken channel alone
FAREWELL = 1.5  # seconds for what was rung last to be told


class Channel(Protocol):
    """Carries the names of bells between processes; see `bot/wakeup_channels.py`."""

    def publish(self, bell: str) -> None:
        """Tell the others; may block for a while, and fail in any way."""

    def listen(self, heard: Callable[[str], None], closed: threading.Event) -> None:
        """Call `heard` with what others publish until `closed`; may fail in any way."""

    def close(self) -> None:
        """Give connections back."""


class Wakeups:
    """Named bells, `inbox` and `outbox`. Ringing never blocks and never fails.

    A process that never waits does not listen, and one that never rings does not publish.
    """

    def __init__(self, channel: Channel | None = None) -> None:
        self._channel = channel
        self._bells: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._pending: set[str] = set()
        self._something = threading.Event()
        self._threads: dict[str, threading.Thread] = {}

    def ring_here(self, bell: str) -> None:
        """Wake who waits for `bell` in this process, which is enough for its own work."""
        self._bell(bell).set()

    def ring(self, bell: str) -> None:
        """Wake who waits for `bell`, here and elsewhere."""
        self.ring_here(bell)
        if self._channel is not None:
            self._pending.add(bell)
            self._something.set()
            self._start(self._publish)

    def wait(self, bell: str, seconds: float) -> bool:
        """Sleep until `bell` rings or the time is over; whether it rang."""
        if self._channel is not None:
            self._start(self._listen)
        event = self._bell(bell)
        rang = event.wait(seconds)
        event.clear()
        return rang

    def close(self) -> None:
        """Tell what was rung last, let the threads end, and wake everybody."""
        self._closed.set()
        self._something.set()
        for event in list(self._bells.values()):
            event.set()
        deadline = time.monotonic() + FAREWELL
        # a last one may be starting at this moment
        for thread in list(self._threads.values()):
            thread.join(max(0.0, deadline - time.monotonic()))
        if self._channel is not None:
            self._channel.close()

    def _bell(self, name: str) -> threading.Event:
        with self._lock:
            return self._bells.setdefault(name, threading.Event())

    def _start(self, work: Callable[[Channel], None]) -> None:
        # at first use: a thread would not survive the server's fork
        name = work.__name__
        if name in self._threads:
            return
        with self._lock:
            if name not in self._threads and not self._closed.is_set():
                thread = threading.Thread(target=work, args=[self._channel], daemon=True)
                thread.start()
                self._threads[name] = thread

    def _publish(self, channel: Channel) -> None:
        told = False
        while not told:
            self._something.wait()
            self._something.clear()
            told = self._closed.is_set()
            while self._pending:
                bell = self._pending.pop()
                try:
                    channel.publish(bell)
                except Exception as error:  # whatever it is, the others look on their own
                    self._away(error)

    def _listen(self, channel: Channel) -> None:
        while not self._closed.is_set():
            try:
                channel.listen(lambda bell: self._bell(bell).set(), self._closed)
            except Exception as error:
                self._away(error)

    def _away(self, error: Exception) -> None:
        if not self._closed.is_set():
            log.warning("wakeups_away", error=type(error).__name__)
            self._closed.wait(REST)
