"""LINE over HTTP on this machine: its API, the control API and the chat page on one port.

The server lives in a thread with a loop of its own. Both of LINE's hosts are this one;
paths that are neither LINE's nor the emulator's go to `fallback`, a WSGI application.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from bot.line import Response, Unreachable
from emulator.control import Control
from emulator.platform import Platform
from emulator.wsgi import WsgiApp, call, environ

PAGE = Path(__file__).parent / "static"
LARGEST_BODY = 64 * 1024 * 1024
THREADS = 32
TICK_SECONDS = 0.5
TimeTravel = Callable[[dict[str, Any]], dict[str, Any]]


class Server:
    """Serves one platform; use it as a context manager, or `start` and `stop`.

    `port` 0 takes a free one; `url` tells which. `time_travel` moves the clock for
    the chat page.
    """

    def __init__(
        self,
        platform: Platform,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        fallback: WsgiApp | None = None,
        time_travel: TimeTravel | None = None,
    ) -> None:
        self.platform, self.host, self.port = platform, host, port
        self._fallback, self._time_travel = fallback, time_travel
        self._thread: threading.Thread | None = None
        self._loop = asyncio.new_event_loop()
        self._ready, self._over = threading.Event(), asyncio.Event()
        self._failure: BaseException | None = None
        # people's threads wait for webhooks that the shop's threads answer
        self._shop = ThreadPoolExecutor(THREADS, "emulator-shop")
        self._people = ThreadPoolExecutor(THREADS, "emulator-people")

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def start(self) -> Self:
        """Listen.

        Raises:
            OSError: the port is taken.
        """
        self._thread = threading.Thread(target=self._run, name="emulator", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def stop(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join()
        self._shop.shutdown(wait=False, cancel_futures=True)
        self._people.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except OSError as failure:
            self._failure = failure
        finally:
            self._loop.close()
            self._ready.set()

    async def _serve(self) -> None:
        application = web.Application(client_max_size=LARGEST_BODY)
        control = Control(self.platform, self._people, self._time_travel)
        application.router.add_static("/_emulator/static", PAGE)
        application.add_routes(control.routes())
        for prefix in ("v2", "bot"):
            application.router.add_route("*", f"/{prefix}/{{tail:.*}}", self._line)
        application.router.add_get("/", self._page)
        application.router.add_route("*", "/{tail:.*}", self._elsewhere)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, self.host, self.port)
            await site.start()
            self.port = runner.addresses[0][1]
            self._ready.set()
            await self._live()
        finally:
            control.close()
            await runner.cleanup()

    async def _live(self) -> None:
        """Until the end, bring what the faults held back and what was not answered."""
        while not self._over.is_set():
            await self._loop.run_in_executor(self._people, self._tick)
            with contextlib.suppress(TimeoutError):  # wait_for may lose a cancellation
                async with asyncio.timeout(TICK_SECONDS):
                    await self._over.wait()

    def _tick(self) -> None:
        self.platform.flush()
        self.platform.redeliver(due_only=True)

    async def _line(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        try:
            response = await self._ask(request, body)
            await asyncio.sleep(self.platform.delay)
        except Unreachable:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        return web.Response(
            status=response.status, headers=dict(response.headers), body=response.body
        )

    async def _ask(self, request: web.Request, body: bytes) -> Response:
        platform, headers = self.platform, dict(request.headers)
        if platform.calls_back(request.method, request.raw_path):
            return await self._loop.run_in_executor(
                self._people,
                lambda: platform.request(
                    request.method, request.raw_path, headers, body, data=None
                ),
            )
        return platform.request(request.method, request.raw_path, headers, body, data=None)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if not (PAGE / "index.html").is_file():
            return await self._elsewhere(request)
        return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        if self._fallback is None:
            return web.json_response({"message": "這裡沒有東西。"}, status=404)
        asked = environ(request, await request.read())
        return await self._loop.run_in_executor(self._shop, call, self._fallback, asked)
