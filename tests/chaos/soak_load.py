"""What a shop's people do all day: follow, ask, tell, leave; and what they said."""

from __future__ import annotations

import random
import threading
import time
from datetime import UTC, datetime
from typing import NamedTuple

from models.base import local_day
from tests.chaos.soak_line import CountingLine

HANDS = 8
CUSTOMERS = 40  # people each hand looks after at first
BOSS = "老闆"
WEATHER = ("duplicate", "redeliver", "shuffle")
WORDS = {
    "會員卡": 27,
    "點數": 14,
    "等級": 10,
    "優惠券": 10,
    "客服": 1,
    "稱呼": 6,
    "興趣": 6,
    "生日": 8,
    "停止行銷": 3,
    "恢復行銷": 4,
    "通知設定": 3,
    "隨便說說": 2,
    "follow": 5,
    "unfollow": 1,
}


class Said(NamedTuple):
    """An event of somebody's, and what they said."""

    event_id: str
    person: str
    words: str


class Customer:
    """Somebody with a phone. One hand looks after them, so that they do one thing at a time."""

    def __init__(self, line: CountingLine, name: str) -> None:
        self.line, self.name, self.friend = line, name, False
        self.id = line.add_user(name)

    def acts(self, act: str, number: int) -> Said:
        if not self.friend or act == "follow":
            self.friend = True
            return Said(self.line.follow(self.id), self.id, "follow")
        if act == "unfollow":
            self.friend = False
            return Said(self.line.unfollow(self.id), self.id, "unfollow")
        today = local_day(datetime.now(UTC))
        more = {
            "客服": f"客服 第{number}個問題",
            "稱呼": f"稱呼 {self.name[-12:]}{number % 100}",
            "興趣": f"興趣 第{number % 5}類",
            "生日": f"生日 {today.month}/{today.day}",
        }
        words = more.get(act, act)
        return Said(self.line.say(self.id, words), self.id, words)


class Load:
    """`rate` events a second from several hands, until `stop`."""

    def __init__(self, line: CountingLine, rate: float, seed: int = 0) -> None:
        self.line, self.rate, self.seed = line, rate, seed
        self.said: list[Said] = []
        self.boss = line.add_user(BOSS)
        line.watched.add(self.boss)
        self.met: dict[str, str] = {}
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._hand, args=[hand]) for hand in range(HANDS)]
        self._threads.append(threading.Thread(target=self._change_the_weather))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self.line.faults.set(dict.fromkeys(WEATHER, False))
        self.line.flush()

    def _hand(self, hand: int) -> None:
        chance = random.Random(f"{self.seed}:{hand}")
        mine = [Customer(self.line, f"團友{hand}的{n}") for n in range(CUSTOMERS)]
        due, number = time.monotonic(), hand
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            # a pause that was missed is made up for, but not a whole outage at once
            due = max(due + HANDS / self.rate, time.monotonic() - 1)
            number += HANDS
            act = chance.choices(list(WORDS), list(WORDS.values()))[0]
            if act == "follow":
                mine.append(Customer(self.line, f"新朋友{number}"))
            customer = mine[-1] if act == "follow" else chance.choice(mine)
            self.said.append(customer.acts(act, number))
            self.met.setdefault(customer.id, customer.name)

    def _change_the_weather(self) -> None:
        chance = random.Random(self.seed)
        while not self._stop.wait(1):
            self.line.faults.set({each: chance.random() < 0.15 for each in WEATHER})
