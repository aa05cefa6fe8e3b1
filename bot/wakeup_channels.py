"""What carries wake-ups between processes: Redis if there is one, else PostgreSQL.

Processes on one SQLite file have neither, and look every quarter of a second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

if TYPE_CHECKING:
    from redis import Redis

NAME = "tuanyou:wake"
LOOK = 1.0  # seconds between looks at whether to stop


class RedisChannel:
    """Redis' own publish and subscribe."""

    def __init__(self, url: str) -> None:
        import redis  # only shops that have one

        self._client: Redis = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1)

    def publish(self, bell: str) -> None:
        self._client.publish(NAME, bell)

    def listen(self, heard: Callable[[str], None], closed: threading.Event) -> None:
        with self._client.pubsub(  # type: ignore[no-untyped-call]
            ignore_subscribe_messages=True
        ) as subscription:
            subscription.subscribe(NAME)
            while not closed.is_set():
                message = subscription.get_message(timeout=LOOK)
                if message is not None:
                    heard(message["data"].decode())

    def close(self) -> None:
        self._client.close()


class PostgresChannel:
    """LISTEN and NOTIFY on connections of their own, outside the pool."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._publisher: Any = None

    def publish(self, bell: str) -> None:
        if self._publisher is None or self._publisher.broken:
            self._publisher = self._connection()
            # a lost hint costs nothing, so nobody waits for the disk
            self._publisher.execute("SET synchronous_commit = off")
        self._publisher.execute("SELECT pg_notify(%s, %s)", [NAME, bell])

    def listen(self, heard: Callable[[str], None], closed: threading.Event) -> None:
        with self._connection() as connection:
            connection.execute(f'LISTEN "{NAME}"')
            while not closed.is_set():
                for notice in connection.notifies(timeout=LOOK):
                    heard(notice.payload)

    def close(self) -> None:
        if self._publisher is not None:
            self._publisher.close()

    def _connection(self) -> Any:
        """A connection of the driver's own kind, which the pool forgets."""
        pooled = self._engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        connection.autocommit = True
        return connection


def channel(redis_url: str | None, engine: Engine) -> RedisChannel | PostgresChannel | None:
    """The best there is; None on SQLite without Redis."""
    if redis_url:
        return RedisChannel(redis_url)
    return PostgresChannel(engine) if engine.dialect.name == "postgresql" else None
