"""What others would build: the echo bot of the LINE SDK's documentation.

Run by gunicorn as `tests.benchmarks.peers:echo()`: `WebhookHandler` verifies
and reads, and `MessagingApi.reply_message` answers inside the request.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from tests.processes import Processes

# without a file of settings: the one in this folder is the shop's
ECHO = (
    "gunicorn --config /dev/null --workers 2 --threads 8 --bind 127.0.0.1:{port} "
    "tests.benchmarks.peers:echo()"
)


def echo() -> Flask:
    """The application, its settings from the environment."""
    from flask import abort, request
    from linebot.v3 import WebhookHandler
    from linebot.v3.exceptions import InvalidSignatureError
    from linebot.v3.messaging import (
        ApiClient,
        Configuration,
        MessagingApi,
        ReplyMessageRequest,
        TextMessage,
    )
    from linebot.v3.webhooks import MessageEvent, TextMessageContent

    app = Flask("echo")
    handler = WebhookHandler(os.environ["LINE_CHANNEL_SECRET"])
    configuration = Configuration(
        access_token=os.environ["LINE_CHANNEL_ACCESS_TOKEN"], host=os.environ["LINE_API_BASE"]
    )

    @app.post("/callback")
    def callback() -> str:
        try:
            handler.handle(request.get_data(as_text=True), request.headers["X-Line-Signature"])
        except InvalidSignatureError:
            abort(400)
        return "OK"

    @app.get("/healthz")
    def healthz() -> str:
        return "OK"

    @handler.add(MessageEvent, message=TextMessageContent)
    def said(event: MessageEvent) -> None:
        with ApiClient(configuration) as client:
            MessagingApi(client).reply_message(
                ReplyMessageRequest(
                    reply_token=event.reply_token,
                    messages=[TextMessage(text=event.message.text)],
                )
            )

    return app


@contextlib.contextmanager
def sample(folder: Path, line_port: int) -> Iterator[int]:
    """The port of the echo bot, ready to be called."""
    processes = Processes(folder, LINE_API_BASE=f"http://127.0.0.1:{line_port}")
    processes.start("echo", ECHO.format(port=processes.port))
    try:
        processes.listening()
        yield processes.port
    finally:
        processes.stop()
