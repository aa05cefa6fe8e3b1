"""Webhooks over HTTP."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from emulator.posting import Poster

HEADERS = {"Content-Type": "application/json; charset=utf-8", "x-line-signature": "sig"}


class Listener(http.server.BaseHTTPRequestHandler):
    """Answers with the status in the path, `/slow` after the time limit."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, self.headers["x-line-signature"], body))  # type: ignore[attr-defined]
        if self.path == "/slow":
            self.server.patience.wait(30)  # type: ignore[attr-defined]
        number = self.path[1:4]
        self.send_response(int(number) if number.isdecimal() else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def bot() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    server.heard, server.patience = [], threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.patience.set()  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_arrives_as_it_was_signed(bot: http.server.ThreadingHTTPServer) -> None:
    post = Poster(lambda: f"http://127.0.0.1:{bot.server_port}/200?a=1")

    assert post("點數".encode(), HEADERS) == 200

    assert bot.heard == [("/200?a=1", "sig", "點數".encode())]  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", [204, 400, 503])
def test_any_answer_is_told(bot: http.server.ThreadingHTTPServer, status: int) -> None:
    assert Poster(lambda: f"http://127.0.0.1:{bot.server_port}/{status}")(b"{}", HEADERS) == status


def test_after_two_seconds_there_is_no_answer(bot: http.server.ThreadingHTTPServer) -> None:
    started = time.monotonic()

    assert Poster(lambda: f"http://127.0.0.1:{bot.server_port}/slow")(b"{}", HEADERS) is None

    assert 1.9 < time.monotonic() - started < 10


def test_where_nobody_listens_there_is_no_answer() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

    assert Poster(lambda: f"http://127.0.0.1:{port}/callback")(b"{}", HEADERS) is None
    assert Poster(lambda: "")(b"{}", HEADERS) is None


def test_the_address_may_change_meanwhile(bot: http.server.ThreadingHTTPServer) -> None:
    addresses = iter(["", f"http://127.0.0.1:{bot.server_port}/200"])
    post = Poster(lambda: next(addresses))

    assert [post(b"{}", HEADERS), post(b"{}", HEADERS)] == [None, 200]
