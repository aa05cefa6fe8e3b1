"""LINE over HTTP: one kept connection, and every way a call can fail."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest
from aiohttp import web

from bot import http
from bot.http import HttpTransport
from bot.line import Line, NotSent, Retryable, Unreachable

HEADERS = {"Authorization": "Bearer token"}


@contextlib.asynccontextmanager
async def serving(handler, seen=None):
    """A server that answers with `handler`, and a transport that calls it."""

    async def answer(request):
        if seen is not None:
            nodelay = request.transport.get_extra_info("socket")
            seen.append((request.transport.get_extra_info("peername"), nodelay))
        return await handler(request)

    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    transport = HttpTransport(api_base=base, data_api_base=base + "data", timeout=0.3)
    try:
        yield transport
    finally:
        await transport.close()
        await runner.cleanup()


async def echo(request):
    body = await request.read()
    headers = {"X-Line-Request-Id": "r-1", "X-Got": request.headers.get("Authorization", "")}
    return web.Response(status=207, body=request.path.encode() + b" " + body, headers=headers)


def ask(transport, path="/v2/bot/info", **other):
    return transport.request("POST", path, headers=HEADERS, **other)


def test_a_request_reaches_the_host_it_is_meant_for():
    async def work():
        async with serving(echo) as transport:
            return await ask(transport, body=b"{}"), await ask(transport, data=True)

    api, data = asyncio.run(work())

    assert (api.status, api.body) == (207, b"/v2/bot/info {}")
    assert data.body == b"/data/v2/bot/info "
    assert (api.headers["x-line-request-id"], api.headers["X-Got"]) == ("r-1", "Bearer token")


def test_calls_share_a_connection():
    async def work():
        seen = []
        async with serving(echo, seen) as transport:
            for _ in range(5):
                await ask(transport)
        return {peer for peer, _ in seen}

    assert len(asyncio.run(work())) == 1


def test_each_loop_has_connections_of_its_own():
    transport = HttpTransport(api_base="http://127.0.0.1:1")

    async def work():
        with pytest.raises(NotSent):
            await ask(transport)
        await transport.close()
        await transport.close()

    asyncio.run(work())
    asyncio.run(work())


def test_a_server_that_is_not_there_cannot_have_the_message():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        line = Line(HttpTransport(api_base=f"http://127.0.0.1:{unused.getsockname()[1]}"), "t")

        async def work():
            with pytest.raises(Retryable) as failed:
                await line.push("U1", [], retry_key="k")
            await line.transport.close()
            return failed.value

        assert not asyncio.run(work()).sent


async def never(request):
    await asyncio.sleep(30)


async def hang_up(request):
    request.transport.abort()
    await asyncio.sleep(0)
    return web.Response()


async def half(request):
    answer = web.StreamResponse(headers={"Content-Length": "100"})
    await answer.prepare(request)
    await answer.write(b"half")
    request.transport.abort()
    return answer


@pytest.mark.parametrize("handler", [never, hang_up, half])
def test_without_an_answer_the_fate_is_open(handler):
    async def work():
        async with serving(handler) as transport:
            with pytest.raises(Unreachable) as failed:
                await ask(transport)
            return failed.value

    assert not isinstance(asyncio.run(work()), NotSent)


def test_redirects_are_not_followed():
    async def elsewhere(request):
        return web.Response(status=302, headers={"Location": "http://example.com/"})

    async def work():
        async with serving(elsewhere) as transport:
            return await ask(transport)

    assert asyncio.run(work()).status == 302


def test_an_answer_without_end_is_not_read_to_the_end(monkeypatch):
    monkeypatch.setattr(http, "LONGEST", 100_000)

    async def long(request):
        return web.Response(body=b"x" * int(request.query["bytes"]))

    async def work():
        async with serving(long) as transport:
            return [await ask(transport, f"/x?bytes={size}") for size in (100_000, 100_001)]

    fits, too_long = asyncio.run(work())

    assert (fits.status, len(fits.body)) == (200, 100_000)
    assert too_long.status == 413
