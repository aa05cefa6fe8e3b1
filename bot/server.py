"""gunicorn's event-loop worker, which hangs up on who says nothing, and stops in time."""

from __future__ import annotations

import asyncio

from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers import gasgi

# Seconds in which somebody who connects must have said what they want, and at a stop
PATIENCE, LAST_WORDS = 5, 1
# Seconds for whoever is being answered at a stop; the master kills what is left after its own
LAST_ANSWERS = 5


class Impatient(ASGIProtocol):  # type: ignore[misc]
    """Hangs up on silence; the server's own timer runs from the second request on only."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.worker.connections.add(self)
        self.wait_for(PATIENCE)

    def connection_lost(self, error: Exception | None) -> None:
        self.worker.connections.discard(self)
        super().connection_lost(error)

    def wait_for(self, seconds: float) -> None:
        """Hang up unless a request comes meanwhile."""
        self._cancel_keepalive_timer()
        self._keepalive_handle = self.worker.loop.call_later(seconds, self._keepalive_timeout)


class Web(gasgi.ASGIWorker):  # type: ignore[misc]
    """The worker class of `web`."""

    def init_process(self) -> None:
        self.connections: set[Impatient] = set()
        gasgi.ASGIProtocol = Impatient
        self.cfg.set("graceful_timeout", LAST_ANSWERS)
        super().init_process()

    async def _shutdown(self) -> None:
        for connection in self.connections:
            if connection._awaiting_request:
                connection.wait_for(LAST_WORDS)
        await super()._shutdown()
