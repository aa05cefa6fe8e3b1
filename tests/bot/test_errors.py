"""What goes to Sentry: what went wrong and where, and nobody's words."""

from __future__ import annotations

import gzip
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator

import orjson
import pytest
import sentry_sdk
import structlog

from bot import errors, logs
from tests.processes import ROOT, eventually

WORDS, PHONE, TOKEN = "金絲雀說的話", "0987654321", "canary-token"
USER = "U" + "c" * 32


class Sentry(http.server.BaseHTTPRequestHandler):
    """Takes what is sent to it."""

    received: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        zipped = self.headers.get("Content-Encoding") == "gzip"
        self.received.append(gzip.decompress(body) if zipped else body)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def sentry() -> Iterator[list[bytes]]:
    """A Sentry on this machine, told of every error; the envelopes it got."""
    Sentry.received = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sentry) as server:
        threading.Thread(target=server.serve_forever).start()
        logs.configure("json")
        errors.install(f"http://public@127.0.0.1:{server.server_port}/1")
        yield Sentry.received
        sentry_sdk.get_client().close(timeout=2)
        sentry_sdk.init()
        logs.REPORTERS.clear()
        structlog.reset_defaults()
        server.shutdown()


def events(received: list[bytes]) -> list[dict[str, object]]:
    return [orjson.loads(envelope.split(b"\n")[2]) for envelope in received]


def test_an_error_arrives_once_without_a_word_of_anybody(sentry: list[bytes]) -> None:
    log = structlog.get_logger()
    words = WORDS

    def handle(said: str) -> None:
        token = TOKEN
        raise ValueError(f"{said} {token} {PHONE}")

    with structlog.contextvars.bound_contextvars(event_id="01JD", reply_token=TOKEN):
        log.info("fine", text=WORDS)
        try:
            try:
                handle(words)
            except ValueError as error:
                raise RuntimeError(f"{PHONE} {USER}") from error
        except RuntimeError:
            log.exception("event_failed", text=WORDS, who=USER, token=TOKEN, kind=PHONE)
    sentry_sdk.flush(5)

    eventually(lambda: sentry, "an event arrives")
    assert len(sentry) == 1
    whole = sentry[0].decode()
    assert [each for each in (WORDS, PHONE, TOKEN, USER) if each in whole] == []
    [event] = events(sentry)
    assert event["message"] == "event_failed"
    assert event["tags"]["event_id"] == "01JD"  # type: ignore[index]
    raised = event["exception"]["values"]  # type: ignore[index]
    assert [each["type"] for each in raised] == ["ValueError", "RuntimeError"]
    frame = raised[0]["stacktrace"]["frames"][-1]
    assert (frame["filename"], frame["function"]) == ("tests/bot/test_errors.py", "handle")
    assert "vars" not in frame
    assert set(event) <= {*errors.KEPT, "sdk"}


def test_an_event_made_elsewhere_is_stripped_too() -> None:
    event = {
        "message": "x",
        "request": {"data": WORDS},
        "user": {"id": USER},
        "extra": {"said": WORDS},
        "breadcrumbs": [WORDS],
        "contexts": {"a": WORDS},
        "server_name": "host",
    }

    assert errors.stripped(event, None) == {"message": "x"}


def test_a_shop_without_sentry_does_not_load_it() -> None:
    code = "import sys, app; app.create_app(); sys.exit('sentry_sdk' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
