"""Telling whoever waits that there is something to do, in this process and, by Redis, in others.

Only ever a hint: whoever waits also looks on its own every so often, so a lost
wake-up costs a moment and never a message. Redis may be absent, hang or die.
"""

from __future__ import annotations

import threading
from contextlib import suppress

import redis
import structlog

log = structlog.get_logger()

CHANNEL = "tuanyou:wake"
REST = 5.0  # seconds to leave a broken Redis alone


class Wakeups:
    """Named bells, `inbox` and `outbox`. Ringing never blocks and never fails."""

    def __init__(self, redis_url: str | None = None) -> None:
        self._bells: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._pending: set[str] = set()
        self._something = threading.Event()
        self._redis = _client(redis_url) if redis_url else None
        if self._redis is not None:
            for target in (self._listen, self._publish):
                threading.Thread(target=target, args=(self._redis,), daemon=True).start()

    def ring(self, bell: str) -> None:
        """Wake who waits for `bell`, here and elsewhere."""
        self._bell(bell).set()
        if self._redis is not None:
            self._pending.add(bell)
            self._something.set()

    def wait(self, bell: str, seconds: float) -> bool:
        """Sleep until `bell` rings or the time is over; whether it rang."""
        event = self._bell(bell)
        rang = event.wait(seconds)
        event.clear()
        return rang

    def close(self) -> None:
        """Let the threads end and wake everybody."""
        self._closed.set()
        self._something.set()
        for event in list(self._bells.values()):
            event.set()

    def _bell(self, name: str) -> threading.Event:
        with self._lock:
            return self._bells.setdefault(name, threading.Event())

    def _publish(self, client: redis.Redis) -> None:
        while not self._closed.is_set():
            self._something.wait()
            self._something.clear()
            while self._pending and not self._closed.is_set():
                bell = self._pending.pop()
                try:
                    client.publish(CHANNEL, bell)
                except redis.RedisError as error:
                    log.warning("redis_away", error=type(error).__name__)
                    self._closed.wait(REST)

    def _listen(self, client: redis.Redis) -> None:
        while not self._closed.is_set():
            try:
                with client.pubsub(  # type: ignore[no-untyped-call]
                    ignore_subscribe_messages=True
                ) as subscription:
                    subscription.subscribe(CHANNEL)
                    while not self._closed.is_set():
                        message = subscription.get_message(timeout=1.0)
                        if message is not None:
                            self._bell(message["data"].decode()).set()
            except redis.RedisError as error:
                log.warning("redis_away", error=type(error).__name__)
                self._closed.wait(REST)
        with suppress(redis.RedisError):
            client.close()


def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1)
