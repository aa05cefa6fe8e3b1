"""Processes of the benchmark of sending: LINE with a memory of its pushes, the shop, its peers.

`python -m tests.benchmarks.pushing ROLE ...` runs one of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import orjson

from tests.benchmarks.line import ACCEPTED, DELAY, Wire
from tests.benchmarks.line import _answer as wrapped
from tests.processes import ROOT, ask, environment

BODY = [{"type": "text", "text": "謝謝你一直和我們一起團購，天天有好吃的。" * 12}]
AT_ONCE = 300


class Counting(Wire):
    """Remembers when each push came, in a list that all connections share."""

    def _answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET /pushed"):
            self._write(wrapped(orjson.dumps(self.replies.pop("pushed", []))))
            return
        self.replies.setdefault("pushed", []).append(time.monotonic())
        asyncio.get_running_loop().call_later(self._delay, self._write, ACCEPTED)


async def line(delay: str) -> None:
    seen: dict[str, list[float]] = {}
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    server = await asyncio.get_running_loop().create_server(
        lambda: Counting(seen, float(delay)), sock=listening
    )
    print(listening.getsockname()[1], flush=True)
    await server.serve_forever()


def shop(url: str, port: str, rate: str) -> None:
    """Empty the outbox as a worker does, at the pace given or at none."""
    from bot import logs
    from bot.http import HttpTransport
    from bot.limits import RATE
    from bot.line import Line
    from bot.sender import Sender
    from bot.sender_delivery import Options
    from models import database
    from models.talk.policy import SendRules

    logs.configure("json")
    sessions = database.sessions(database.connect(url), "secret")
    caller = Line(HttpTransport(api_base=f"http://127.0.0.1:{port}"), "token")
    options = Options(rate=RATE if rate == "paced" else None)
    sender = Sender(
        sessions, caller, lambda: datetime.now(UTC), SendRules(quiet=None), options=options
    )
    print(sender.drain(), file=sys.stderr)


def loop(port: str, count: str) -> None:
    """The bare loop runs on uvloop, as the shop's does."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_push(port, int(count)))


async def _push(port: str, count: int) -> None:
    """A bare aiohttp loop: no database, nothing kept, as many calls at once as the shop's."""
    import aiohttp

    left = iter(range(count))
    headers = {"Authorization": "Bearer token"}
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def work() -> None:
            for number in left:
                body = {"to": f"U{number:032x}", "messages": BODY}
                url = f"http://127.0.0.1:{port}/v2/bot/message/push"
                async with session.post(url, json=body) as answer:
                    await answer.read()

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))


def sdk(port: str, count: str) -> None:
    """LINE's SDK in a for-loop."""
    from linebot.v3.messaging import (
        ApiClient,
        Configuration,
        MessagingApi,
        PushMessageRequest,
        TextMessage,
    )

    configuration = Configuration(access_token="token", host=f"http://127.0.0.1:{port}")
    message = TextMessage(text=BODY[0]["text"])
    with ApiClient(configuration) as client:
        for number in range(int(count)):
            request = PushMessageRequest(to=f"U{number:032x}", messages=[message])
            MessagingApi(client).push_message(request)


@contextlib.contextmanager
def serving(delay: float = DELAY) -> Iterator[int]:
    """The port of a LINE in a process of its own."""
    with subprocess.Popen(
        command("line", delay), cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def pushed(port: int, *role: object) -> list[float]:
    """When the pushes of a process came; it runs to its end."""
    subprocess.run(
        command(*role), cwd=ROOT, env=environment(), check=True, stderr=subprocess.DEVNULL
    )
    times: list[float] = ask(port, "GET", "/pushed")[1]
    return times


def command(*role: object) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.pushing", *map(str, role)]


if __name__ == "__main__":
    name, *given = sys.argv[1:]
    result = {"line": line, "shop": shop, "loop": loop, "sdk": sdk}[name](*given)
    if result is not None:
        asyncio.run(result)
