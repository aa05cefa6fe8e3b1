"""One channel of LINE for a test: a clock to turn, three people, and a bot's token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from bot.line import Response
from emulator.platform import Platform

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
TOKEN = "a token for tests"
SECRET = "a secret for tests"
HELLO = {"type": "text", "text": "你好"}
MEI = "U" + "1" * 32
STRANGER = "U" + "0" * 32
RETRY_KEY = "123e4567-e89b-12d3-a456-426614174000"


class Channel:
    """小美 and 小林 are friends of the shop, 阿土 is not yet; webhooks are kept in `events`."""

    def __init__(self, **settings: Any) -> None:
        self.now, self.tick, self.status = NOON, 0.0, 200
        self.bodies: list[bytes] = []
        self.headers: list[Mapping[str, str]] = []
        self.platform = Platform(
            clock=lambda: self.now,
            secret=SECRET,
            token=TOKEN,
            ticker=lambda: self.tick,
            **settings,
        )
        self.mei = self.platform.add_user("小美", user_id=MEI)
        self.lin, self.tu = map(self.platform.add_user, ("小林", "阿土"))
        self.platform.follow(self.mei)
        self.platform.follow(self.lin)
        self.platform.webhook = self.hear

    def hear(self, body: bytes, headers: Mapping[str, str]) -> int | None:
        self.bodies.append(body)
        self.headers.append(headers)
        return self.status

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for body in self.bodies for event in orjson.loads(body)["events"]]

    def pass_time(self, **time: float) -> None:
        self.now += timedelta(**time)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        data: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """A request with the token; a `body` that is not bytes goes as JSON."""
        sent = body if body is None or isinstance(body, bytes) else orjson.dumps(body)
        always = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        return self.platform.request(method, path, always | dict(headers or {}), sent, data=data)

    def push(self, to: str, *messages: dict[str, Any], key: str | None = None) -> Response:
        headers = {"X-Line-Retry-Key": key} if key else {}
        body = {"to": to, "messages": messages or [HELLO]}
        return self.ask("POST", "/v2/bot/message/push", body, headers=headers)

    def reply(self, token: str, *messages: dict[str, Any]) -> Response:
        body = {"replyToken": token, "messages": messages or [HELLO]}
        return self.ask("POST", "/v2/bot/message/reply", body)

    def validate(self, *messages: Any) -> Response:
        return self.ask("POST", "/v2/bot/message/validate/push", {"messages": list(messages)})


def told(response: Response) -> Any:
    return orjson.loads(response.body)


def refusal(response: Response) -> tuple[int, str]:
    return response.status, told(response)["message"]


def details(response: Response) -> list[tuple[str, str]]:
    return [(each["property"], each["message"]) for each in told(response)["details"]]
