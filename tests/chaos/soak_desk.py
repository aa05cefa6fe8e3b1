"""The desk of a busy shop: files taken in by command and in chat, and clocks that strike."""

from __future__ import annotations

import random
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.base import TAIPEI, local_day
from tests.chaos.soak_line import CountingLine
from tests.chaos.soak_load import Load
from tests.processes import PROGRAMS, ROOT, environment

HEADER = "order_no,member,ordered_at,product,quantity,amount,status,days_of_supply"
ROWS = 5
TRIES = 40
ANSWER = 30.0  # seconds for the shop to answer its organiser


class Desk:
    """Takes files in until `stop`; every one of them is in by then, however often it takes."""

    def __init__(
        self,
        folder: Path,
        line: CountingLine,
        load: Load,
        rounds: int | None = None,
        **settings: str,
    ) -> None:
        self.rounds = rounds
        self.folder, self.line, self.load, self.settings = folder, line, load, settings
        self.orders: list[str] = []
        self.unfinished: list[str] = []
        self.killed = 0
        self._stop = threading.Event()
        work = {self._import: 3.0, self._hand_in: 1.0, self._strike: 20.0}
        self._threads = [
            threading.Thread(target=self._again, args=[each, pause])
            for each, pause in work.items()
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _again(self, work: Callable[[int], None], pause: float) -> None:
        number = 0
        while number != self.rounds and not self._stop.wait(pause):
            number += 1
            work(number)

    def _file(self, name: str, number: int) -> Path:
        """Orders of a few people, each of whom runs out of what they bought in two days."""
        bought = local_day(datetime.now(UTC)) - timedelta(days=12)
        chance = random.Random(f"{name}{number}")
        people = list(self.load.met) or [self.load.boss]
        rows = [
            f"{name}{number}-{row},{chance.choice(people)},{bought},{name}{number}-{row}號商品,"
            f"1,{chance.randint(1, 30) * 100},picked_up,14"
            for row in range(ROWS)
        ]
        path = self.folder / f"{name}{number}.csv"
        path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        self.orders += [f"{name}{number}-{row}" for row in range(ROWS)]
        return path

    def _import(self, number: int) -> None:
        """By command, now and then killed in the middle, and begun again until it says so."""
        path, chance = self._file("C", number), random.Random(number)
        for _ in range(TRIES):
            patience = chance.uniform(0.5, 3) if chance.random() < 0.3 else 60
            if self.run(f"flask import orders {path} --commit", patience):
                return
        self.unfinished.append(path.name)

    def _hand_in(self, number: int) -> None:
        """In chat: sent, read, confirmed; whoever hears nothing sends it again."""
        path = self._file("F", number)
        for _ in range(TRIES):
            seen = self.line.seq
            self.line.send_file(self.load.boss, path.name, path.read_bytes())
            heard = self._hears(seen, "確認匯入", "原本就都有了", "不能匯入")
            if "原本就都有了" in heard:
                return
            if "確認匯入" not in heard:
                continue
            seen = self.line.seq
            self.line.say(self.load.boss, "確認匯入")
            if "匯入完成" in self._hears(seen, "匯入完成", "請"):
                return
        self.unfinished.append(path.name)

    def _strike(self, number: int) -> None:
        """Two clocks at once, of the same hour of one of the days before."""
        day = local_day(datetime.now(UTC)) - timedelta(days=30 - number % 30)
        at = datetime.combine(day, datetime.min.time(), TAIPEI) + timedelta(hours=20)
        ticks = [
            threading.Thread(target=self.run, args=[f"flask tick --now {at.isoformat()}", 60])
            for _ in range(2)
        ]
        for each in ticks:
            each.start()
        for each in ticks:
            each.join()
        # what ran out lately, whatever the hour; twice is harmless
        self.run("flask campaign run replenishment", 60)

    def run(self, command: str, patience: float) -> bool:
        """Whether it ended well within its time; else it is killed."""
        program, *arguments = shlex.split(command)
        with (self.folder / "desk.log").open("ab") as log:
            process = subprocess.Popen(
                [PROGRAMS / program, *arguments],
                cwd=ROOT,
                env=environment(**self.settings),
                stdout=log,
                stderr=log,
            )
        try:
            return process.wait(patience) == 0
        except subprocess.TimeoutExpired:
            self.killed += 1
            process.send_signal(signal.SIGKILL)
            process.wait()
            return False

    def _hears(self, seen: int, *words: str) -> str:
        deadline = time.monotonic() + ANSWER
        while time.monotonic() < deadline:
            heard = str(self.line.heard(self.load.boss, after=seen))
            if any(each in heard for each in words):
                return heard
            time.sleep(0.05)
        return ""
