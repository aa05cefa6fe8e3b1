"""A shop of a few lines: it remembers what it heard and answers what it was told to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import orjson
from PIL import Image
from playwright.sync_api import Locator, Page

from emulator.platform import Platform

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
TOKEN = "a token for tests"
CAST = ("小美", "小林", "老闆")
LABELS = ("會員", "會員", "主辦")


class Shop:
    """`answers` maps what is said or tapped to messages; `heard` are the events."""

    def __init__(self) -> None:
        self.now = NOON
        self.url = ""
        self.platform = Platform(clock=lambda: self.now, secret="a secret", token=TOKEN)
        self.answers: dict[str, list[dict[str, Any]]] = {}
        self.heard: list[dict[str, Any]] = []
        self.journeys: list[dict[str, Any]] = []
        self.mei, self.lin, self.boss = (
            self.platform.add_user(name, label=label)
            for name, label in zip(CAST, LABELS, strict=True)
        )
        for person in (self.mei, self.lin, self.boss):
            self.platform.follow(person)
        self.platform.webhook = self.hear

    def hear(self, body: bytes, headers: Mapping[str, str]) -> int:
        del headers
        for event in orjson.loads(body)["events"]:
            self.heard.append(event)
            said = event.get("message", {}).get("text") or event.get("postback", {}).get("data")
            if answer := self.answers.get(said):
                reply = {"replyToken": event["replyToken"], "messages": answer}
                self.ask("POST", "/v2/bot/message/reply", reply)
        return 200

    def push(self, person: str, *messages: dict[str, Any]) -> None:
        self.ask("POST", "/v2/bot/message/push", {"to": person, "messages": list(messages)})

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask LINE for something that it must not refuse."""
        sent = None if body is None else orjson.dumps(body)
        return self._ask(method, path, sent, "application/json")

    def _ask(self, method: str, path: str, body: bytes | None, media_type: str) -> Any:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": media_type}
        data = media_type != "application/json"
        response = self.platform.request(method, path, headers, body, data=data)
        assert response.status < 300, response.body.decode()
        return orjson.loads(response.body or b"{}")

    def set_menu(self, *commands: str) -> None:
        """A rich menu for everybody: one row, one area a command."""
        width = 2400 // len(commands)
        areas = [
            {
                "bounds": {"x": number * width, "y": 0, "width": width, "height": 800},
                "action": {"type": "message", "label": command, "text": command},
            }
            for number, command in enumerate(commands)
        ]
        size = {"width": 2400, "height": 800}
        menu = {"size": size, "selected": True, "name": "選單", "chatBarText": "會員選單"}
        made = self.ask("POST", "/v2/bot/richmenu", {**menu, "areas": areas})["richMenuId"]
        self._ask("POST", f"/v2/bot/richmenu/{made}/content", picture(), "image/png")
        self.ask("POST", f"/v2/bot/user/all/richmenu/{made}")

    def travel(self, where: dict[str, Any]) -> dict[str, Any]:
        """What the control API asks for; here every journey ends on New Year's morning."""
        self.journeys.append(where)
        self.now = datetime(2027, 1, 1, 1, tzinfo=UTC)
        return {"now": self.now.isoformat(), "ticks": 38}

    def texts(self) -> list[str]:
        """What people said, in order."""
        return [event["message"]["text"] for event in self.heard if "message" in event]


def picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (2400, 800), "#06c755").save(written, "PNG")
    return written.getvalue()


def phone(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=f"{name}的手機")


def say(page: Page, name: str, words: str) -> None:
    field = phone(page, name).get_by_label("輸入訊息")
    field.fill(words)
    field.press("Enter")
