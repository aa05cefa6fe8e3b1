"""Replies delivered in a second, from the first call to the last reply: the member card.

Web and workers from the Procfile's commands, members who have bought before;
the peer is the echo bot, which answers each with what they said.
"""

from __future__ import annotations

import time

from tests.benchmarks import peers, stage
from tests.benchmarks.frame import Bench, benchmark
from tests.benchmarks.line import line, seen
from tests.benchmarks.load import Answered, calls, press
from tests.benchmarks.table import Row, at_most, ratio_at_least, rounds
from tests.processes import Processes

WORKERS = 2
TOKEN_LIVES = 50.0  # seconds in which a reply must be sent
PEER = "LINE SDK's Flask sample, echoing"


@benchmark("replies")
def replies(bench: Bench) -> list[Row]:
    url = bench.shared("people", lambda url: fill(bench, url))
    users = stage.friends(url, bench.size(4000, 20))

    def measure() -> tuple[float, ...]:
        ours, longest, without = answered(bench, url, users)
        return ours, echoed(bench, users), longest, without

    ours, peer, longest, without = rounds(bench.rounds, measure)
    what = f"replies delivered, member card, {WORKERS} workers"
    return [
        Row(what, "/s", ours, [ratio_at_least(5)], peer=peer, against=PEER),
        Row("longest from call to reply", " s", longest, [at_most(TOKEN_LIVES)]),
        Row("answered events without their one reply", "", without, [at_most(0)]),
    ]


def fill(bench: Bench, url: str) -> None:
    stage.members(url, members=bench.size(5000, 60), orders=bench.size(20_000, 100))


def answered(bench: Bench, url: str, users: list[str]) -> tuple[float, float, float]:
    """Replies a second, the longest wait in seconds, and how many went without."""
    with (
        line() as port,
        stage.shop(
            bench.room("shop"),
            workers=bench.size(WORKERS, 1),
            DATABASE_URL=url,
            **stage.line_setting(port),
        ) as shop,
    ):
        warm_up(shop, users[: bench.size(300, 5)], port)
        made = calls(users, bench.size(8000, 40), text="會員卡", port=shop.port)
        called = press(shop.port, made, seconds=bench.size(30.0, 10.0))
        times = wait(called, port)
    waits = [first - called.sent_at[token] for token, first in times.items()]
    took = max(times.values()) - called.began
    return len(times) / took, max(waits), float(len(called.events) - len(times))


def warm_up(shop: Processes, users: list[str], port: int) -> None:
    called = press(shop.port, calls(users, len(users), text="會員卡", port=shop.port), seconds=60)
    wait(called, port)


def wait(called: Answered, port: int) -> dict[str, float]:
    """When each answered call got its one reply; those that got none in time are left out."""
    deadline = time.monotonic() + TOKEN_LIVES + 10
    while True:
        found = {token: at for token, at in seen(port).items() if token in called.sent_at}
        if len(found) == len(called.sent_at) or time.monotonic() > deadline:
            return {token: at[0] for token, at in found.items() if len(at) == 1}
        time.sleep(0.2)


def echoed(bench: Bench, users: list[str]) -> float:
    """Replies a second by the sample."""
    with line() as port, peers.sample(bench.room("echo"), port) as echo:
        warm, many = bench.size(100, 5), bench.size(6000, 60)
        press(echo, calls(users, warm, text="會員卡", port=echo), seconds=60)
        made = calls(users, many, text="會員卡", port=echo)
        called = press(echo, made, seconds=bench.size(6.0, 0.5))
        times = [at[0] for token, at in seen(port).items() if token in called.sent_at]
    return len(times) / (max(times) - called.began)
