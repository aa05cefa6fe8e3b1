"""`web` as the Procfile starts it, over real sockets: good callers, slow ones and rude ones."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.webhook import MAX_BODY
from models import database
from tests.bot.calls import sign
from tests.chaos.fleet import say_it_is_new
from tests.processes import SECRETS, STOP_WITHIN, Processes, ask, procfile

BODY = b'{"destination":"U0","events":[]}'
SIGNATURE = sign(BODY, SECRETS["LINE_CHANNEL_SECRET"])
HEAD = b"POST /callback HTTP/1.1\r\nHost: shop\r\nX-Line-Signature: %b\r\n" % SIGNATURE.encode()
WHOLE = b"%bContent-Length: %d\r\n\r\n%b" % (HEAD, len(BODY), BODY)
CHUNKED = b"%bTransfer-Encoding: chunked\r\n\r\n5\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (
    *(HEAD, BODY[:5], len(BODY) - 5),
    BODY[5:],
)
WAITING = b"%bContent-Length: %d\r\nExpect: 100-continue\r\n\r\n" % (HEAD, len(BODY))
LARGE = b"%bContent-Length: %d\r\n\r\n" % (HEAD, MAX_BODY + 1)
ENDLESS = b"%bTransfer-Encoding: chunked\r\n\r\n" % HEAD


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Processes]:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    engine = database.connect(url)
    database.create_all(engine)
    say_it_is_new(engine)
    engine.dispose()
    processes = Processes(tmp_path, DATABASE_URL=url)
    processes.start("web", procfile()["web"])
    try:
        processes.listening()
        yield processes
    finally:
        processes.close()


def connected(web: Processes) -> socket.socket:
    return socket.create_connection(("127.0.0.1", web.port), timeout=20)


def said(web: Processes, *parts: bytes) -> tuple[int, bytes]:
    """What is answered to these bytes, on a connection of their own."""
    with contextlib.closing(connected(web)) as line:
        for part in parts:
            line.sendall(part)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return answer.status, answer.read()


def test_web_takes_all_callers_and_ends_in_time(web: Processes) -> None:
    assert said(web, WHOLE) == (200, b"ok\n")
    assert said(web, WHOLE[:40], WHOLE[40:]) == (200, b"ok\n")
    assert said(web, CHUNKED) == (200, b"ok\n")
    assert said(web, WHOLE.replace(b"HTTP/1.1", b"HTTP/1.0")) == (200, b"ok\n")
    assert said(web, WHOLE.replace(b"/callback", b"/%63allback")) == (200, b"ok\n")
    assert said(web, WHOLE.replace(BODY, BODY[::-1]))[0] == 400
    assert said(web, LARGE) == (413, b"body too large\n")
    assert said(web, ENDLESS, *[b"10000\r\n%b\r\n" % bytes(65536)] * 17)[0] == 413
    assert said(web, b"GET /callback HTTP/1.1\r\nHost: shop\r\n\r\n")[0] == 405
    assert said(web, b"GET /nowhere?\xff=\xe4 HTTP/1.1\r\nHost: shop\r\n\r\n")[0] in (400, 404)
    waits_to_be_asked(web)
    pipelined(web)
    counted(web, 200, at_least=8)
    stops_although_callers_stay(web)


def waits_to_be_asked(web: Processes) -> None:
    with contextlib.closing(connected(web)) as line:
        line.sendall(WAITING)
        assert line.recv(100).startswith(b"HTTP/1.1 100")
        line.sendall(BODY)
        assert line.recv(100).startswith(b"HTTP/1.1 200")


def pipelined(web: Processes) -> None:
    """Two calls in one piece: both are answered."""
    with contextlib.closing(connected(web)) as line:
        line.sendall(WHOLE + WHOLE)
        heard = b""
        while heard.count(b"HTTP/1.1 200") < 2:
            heard += (more := line.recv(1000))
            assert more


def counted(web: Processes, status: int, *, at_least: int) -> None:
    """Whichever of its processes is asked, it tells what all of them counted."""
    name = rf'tuanyou_http_requests_total{{route="/callback",status="{status}"}} (\S+)'
    found = [float(re.search(name, ask(web.port, "GET", "/metrics")[1])[1]) for _ in range(6)]
    assert len(set(found)) == 1
    assert found[0] >= at_least


def stops_although_callers_stay(web: Processes) -> None:
    """Some say nothing, some stop in the middle, some keep their connection: no harm is done."""
    with contextlib.ExitStack() as opened:
        rude = [opened.enter_context(contextlib.closing(connected(web))) for _ in range(200)]
        for number, line in enumerate(rude):
            line.sendall((b"", HEAD, WHOLE[:-5], WHOLE)[number % 4])
        began = time.monotonic()
        assert said(web, WHOLE)[0] == 200
        assert time.monotonic() - began < 5
        hung_up(rude[0])
        hung_up(rude[1])
        assert rude[3].recv(1000).startswith(b"HTTP/1.1 200")
        rude[3].sendall(WHOLE)
        assert rude[3].recv(1000).startswith(b"HTTP/1.1 200")

        status, took = web.end("web")

    assert (status, took < STOP_WITHIN) == (0, True), took
    assert "SIGKILL" not in web.logs()
    assert "Traceback" not in web.logs()


def hung_up(line: socket.socket) -> None:
    assert line.recv(1) == b""
