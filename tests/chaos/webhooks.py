"""Webhooks over HTTP as LINE brings them: more than once, in any order, again if not answered."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from contextlib import closing
from datetime import datetime
from random import Random
from typing import Any

from tests.bot.calls import said, sign
from tests.processes import SECRETS

HANDS = 4  # connections at once
PATIENCE = 120.0


def questions(count: int, now: datetime, chance: Random) -> list[dict[str, Any]]:
    """Things that people ask, each an event with an effect of its own."""
    people = [{"type": "user", "userId": f"U{n:032x}"} for n in range(max(1, count // 8))]
    return [said(f"客服 第{n}個", now, source=chance.choice(people)) for n in range(count)]


class Courier:
    """Posts bodies from several connections; knows how long each answer took."""

    def __init__(self, port: int, bodies: list[bytes]) -> None:
        self.port, self.bodies = port, bodies
        self.took: list[float] = []
        self.answers: Counter[object] = Counter()
        self._threads = [
            threading.Thread(target=self._bring, args=[bodies[place::HANDS]])
            for place in range(HANDS)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()
        self.took.sort()

    def _bring(self, bodies: list[bytes]) -> None:
        secret = SECRETS["LINE_CHANNEL_SECRET"]
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            for body in bodies:
                headers = {
                    "Content-Type": "application/json",
                    "x-line-signature": sign(body, secret),
                }
                deadline = time.monotonic() + PATIENCE
                while (status := self._post(line, body, headers)) != 200:
                    assert time.monotonic() < deadline, f"never answered: {status}"
                    time.sleep(0.05)

    def _post(
        self, line: http.client.HTTPConnection, body: bytes, headers: dict[str, str]
    ) -> object:
        started = time.monotonic()
        try:
            line.request("POST", "/callback", body, headers)
            answer = line.getresponse()
            answer.read()
            status: object = answer.status
        except (OSError, http.client.HTTPException) as error:
            line.close()
            status = type(error).__name__
        self.took.append(time.monotonic() - started)
        self.answers[status] += 1
        return status
