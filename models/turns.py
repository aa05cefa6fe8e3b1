"""Who may write to SQLite next, in this process: whoever asked first.

SQLite lets writers wait by looking again every so often, up to a tenth of a
second later; a thread that writes without a pause then keeps all others out,
webhooks that must be answered at once among them. Other processes still wait
in SQLite's own way.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from sqlalchemy import Connection, Engine, event


class Turns:
    """A lock that is handed on in the order it was asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._queue: deque[threading.Event] = deque()

    def take(self, seconds: float) -> bool:
        """Wait for our turn; False if it did not come in time."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            ours = threading.Event()
            self._queue.append(ours)
        if ours.wait(seconds):
            return True
        with self._lock:
            if ours.is_set():  # handed to us at the last moment
                return True
            self._queue.remove(ours)
            return False

    def give(self) -> None:
        """Let the next one write."""
        with self._lock:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._taken = False


def take_turns(engine: Engine, seconds: float) -> None:
    """Have the engine's writing transactions begin in the order they were asked for."""
    turns = Turns()

    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("readonly", False):
            # without a turn SQLite decides, and refuses in the end
            connection.info["turn"] = turns.take(seconds)

    def end(record: Any) -> None:
        if record.info.pop("turn", False):
            turns.give()

    def end_transaction(connection: Connection) -> None:
        if not connection.invalidated:  # else its turn is over already
            end(connection)

    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", end_transaction)
    event.listen(engine, "rollback", end_transaction)
    event.listen(engine, "reset", lambda _dbapi, record, _state: end(record))
    event.listen(engine, "invalidate", lambda _dbapi, record, _error: end(record))
